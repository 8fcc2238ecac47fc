import type { FastifyInstance } from 'fastify'
import type { FromSchema } from 'json-schema-to-ts'
import { createView, joinHosts } from '../lib/views/encode.ts'
import { hostSummary } from '../lib/views/hosts.ts'

const host = {
  type: 'object',
  additionalProperties: false,
  required: ['containerCount', 'totalCPUs', 'totalMemory', 'cpuUsage', 'memoryUsage', 'up', 'lastSeen', 'error'],
  properties: {
    containerCount: { type: 'number', description: 'Containers in every state' },
    totalCPUs: { type: 'number' },
    totalMemory: { type: 'number', description: 'Bytes' },
    cpuUsage: { type: 'number', description: 'Sum of cpu_usage of its containers, nanoseconds' },
    memoryUsage: { type: 'string', description: 'Percent of totalMemory that its containers use, two decimals' },
    up: { type: 'boolean', description: 'Whether the last poll reached its Engine' },
    lastSeen: { type: ['string', 'null'], description: 'When a poll last reached it, ISO 8601' },
    error: { type: ['string', 'null'], description: 'Code of the error that the last poll ended with' }
  }
} as const

const schema = {
  response: { 200: { type: 'object', additionalProperties: host } }
} as const

export default async function hosts (app: FastifyInstance) {
  const view = createView<FromSchema<typeof host>>(host, hostSummary)

  app.get('/hosts', { schema }, async (_request, reply) =>
    reply.type('application/json; charset=utf-8').cacheControl('no-cache').send(joinHosts(app.stats.snapshots(), view)))
}
