import type { FastifyInstance } from 'fastify'
import type { FromSchema } from 'json-schema-to-ts'
import { expositionOf } from '../lib/accept.ts'
import { hostQuery } from '../lib/schemas/host-query.ts'

const schema = {
  querystring: hostQuery,
  response: { 200: { type: 'string', description: 'Text format 0.0.4 of Prometheus, or OpenMetrics 1.0.0' } }
} as const

export default async function metrics (app: FastifyInstance) {
  app.get<{ Querystring: FromSchema<typeof hostQuery> }>('/metrics', { schema }, async (request, reply) => {
    reply.vary('Accept')
    return reply.sendMetrics(request.query.host, expositionOf(request.headers.accept))
  })
}
