import type { FastifyInstance } from 'fastify'
import type { FromSchema } from 'json-schema-to-ts'
import { expositionOf } from '../lib/http/accept.ts'
import { expositionContent } from '../lib/schemas/exposition.ts'
import { hostQuery } from '../lib/schemas/host-query.ts'
import { selectHosts } from '../lib/views/select.ts'

const schema = {
  summary: 'Metrics of all hosts and containers, for Prometheus',
  tags: ['Prometheus'],
  operationId: 'getMetrics',
  querystring: hostQuery,
  response: { 200: { description: 'Prometheus text format or OpenMetrics, see Accept', content: expositionContent } }
} as const

export default async function metrics (app: FastifyInstance) {
  const config = { scope: 'metrics', awaitsFirstPolls: true } as const
  app.get<{ Querystring: FromSchema<typeof hostQuery> }>('/metrics', { schema, config }, (request, reply) => {
    const { query: { host }, headers: { accept } } = request
    return reply.sendView(app.metricsView(host, expositionOf(accept)), selectHosts(request.snapshots(), host))
  })
}
