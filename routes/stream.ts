import type { FastifyInstance } from 'fastify'
import type { FromSchema } from 'json-schema-to-ts'
import { hostQuery } from '../lib/schemas/host-query.ts'
import { streamContent } from '../lib/schemas/stream.ts'
import { selectHosts } from '../lib/views/select.ts'

const schema = {
  summary: 'Changes of hosts and containers as they happen, as Server-Sent Events',
  tags: ['Events'],
  operationId: 'getStream',
  headers: {
    type: 'object',
    properties: {
      'last-event-id': { type: 'string', description: 'ID of the last event received, to continue after it' }
    }
  },
  querystring: hostQuery,
  response: { 200: { description: 'Events, until client or service ends the stream', content: streamContent } }
} as const

/** Any `Accept` header is served, as elsewhere. */
const sse = { kind: 'manual', heartbeat: false } as const

export default async function stream (app: FastifyInstance) {
  const config = { scope: 'stats', awaitsFirstPolls: true } as const

  app.get<{ Querystring: FromSchema<typeof hostQuery> }>('/stream', { schema, config, sse }, async (request, reply) => {
    const { query: { host } } = request
    selectHosts(request.snapshots(), host)
    reply.sendEvents(host)
  })
}
