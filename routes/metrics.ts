import type { FastifyInstance } from 'fastify'
import type { FromSchema } from 'json-schema-to-ts'
import { expositionOf } from '../lib/http/accept.ts'
import { expositionContent } from '../lib/schemas/exposition.ts'
import { hostQuery } from '../lib/schemas/host-query.ts'

const schema = {
  summary: 'Every host and container for Prometheus',
  operationId: 'getMetrics',
  querystring: hostQuery,
  response: { 200: { description: 'Text format of Prometheus, or OpenMetrics', content: expositionContent } }
} as const

export default async function metrics (app: FastifyInstance) {
  const config = { awaitsFirstPolls: true }
  app.get<{ Querystring: FromSchema<typeof hostQuery> }>('/metrics', { schema, config }, (request, reply) =>
    reply.sendMetrics(request.query.host, expositionOf(request.headers.accept)))
}
