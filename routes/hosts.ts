import type { FastifyInstance } from 'fastify'
import type { FromSchema } from 'json-schema-to-ts'
import type { HostSnapshot } from '../lib/collector/snapshot.ts'
import { kept } from '../lib/kept.ts'
import { hostExample, hostsExample } from '../lib/schemas/examples.ts'
import { hostQuery } from '../lib/schemas/host-query.ts'
import { createView, joinHosts } from '../lib/views/encode.ts'
import { hostDetails } from '../lib/views/host.ts'
import { hostSummary } from '../lib/views/hosts.ts'
import { selectHosts } from '../lib/views/select.ts'

const number = { type: ['number', 'null'] } as const
const text = { type: ['string', 'null'] } as const

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
    lastSeen: { ...text, description: 'When a poll last reached it, ISO 8601' },
    error: { ...text, description: 'Code of the error that the last poll ended with' }
  }
} as const

const details = {
  type: 'object',
  additionalProperties: false,
  required: [
    'host', 'up', 'lastSeen', 'ageMs', 'error', 'address', 'transport', 'engine', 'containers', 'poll', 'requests',
    'missingRights', 'events', 'certificateExpiresAt', 'pollErrors', 'totals'
  ],
  properties: {
    host: { type: 'string', description: 'Name in the configuration' },
    up: { type: 'boolean', description: 'Whether the last poll reached its Engine' },
    lastSeen: { ...text, description: 'When a poll last reached it, ISO 8601' },
    ageMs: { ...number, description: 'How long before this was made that was' },
    error: {
      type: ['object', 'null'],
      description: 'What the last poll ended with',
      properties: { code: { type: 'string' }, message: { type: 'string' } }
    },
    address: { type: 'string', description: 'Where its Engine is asked' },
    transport: { type: 'string', description: 'How: unix, tcp, http, https or ssh' },
    engine: {
      type: ['object', 'null'],
      description: 'null until the Engine has answered once',
      properties: {
        kind: { enum: ['docker', 'podman', 'unknown'] },
        version: text,
        apiVersion: { type: 'string', description: 'API version that is spoken' },
        oneShot: { enum: ['direct', 'ticked'], description: 'Whether stats are answered at once, or on a tick' },
        id: text,
        name: { ...text, description: 'Name of the machine' },
        cpus: number,
        memoryBytes: number
      }
    },
    containers: {
      type: 'object',
      properties: {
        total: { type: 'number' },
        byState: { type: 'object', additionalProperties: { type: 'number' } }
      }
    },
    poll: {
      type: 'object',
      properties: {
        durationMs: { ...number, description: 'How long the last poll took' },
        intervalMs: { type: 'number', description: 'Wait between polls, longer where they take long' },
        isStalled: { type: 'boolean', description: 'Whether the Engine answers, but gives no stats' }
      }
    },
    requests: {
      type: 'object',
      description: 'Requests sent to the Engine since the start, by endpoint',
      additionalProperties: { type: 'number' }
    },
    missingRights: {
      type: 'array',
      description: 'What a proxy in front of the Engine would have to allow, in its own words',
      items: { type: 'string' }
    },
    events: {
      enum: ['live', 'connecting', 'refused'],
      description: 'Whether the Engine tells changes as they happen'
    },
    certificateExpiresAt: {
      ...text,
      description: 'When the first of the certificates ends that the Engine is asked with, ISO 8601; null while unknown'
    },
    pollErrors: {
      type: 'object',
      description: 'Polls that failed since the start, by the code of the error',
      additionalProperties: { type: 'number' }
    },
    totals: {
      type: 'object',
      description: 'Of its containers; null while nothing is known. A network that several are in counts once',
      properties: {
        cpuCores: number, memoryWorkingSetBytes: number, rxBytesPerSecond: number, txBytesPerSecond: number
      }
    }
  }
} as const

const fleetSchema = {
  summary: 'Every host: containers, CPUs, memory, whether it is up',
  operationId: 'getHosts',
  querystring: hostQuery,
  response: { 200: { type: 'object', additionalProperties: host, examples: [hostsExample] } }
} as const

const detailsSchema = {
  summary: 'One host: its Engine, containers by state, what they use, polls, requests, missing rights',
  operationId: 'getHost',
  params: { type: 'object', required: ['host'], properties: { host: { type: 'string' } } },
  response: { 200: { ...details, examples: [hostExample] } }
} as const

export default async function hosts (app: FastifyInstance) {
  const summary = createView<FromSchema<typeof host>>(host, hostSummary)
  const detail = createView(details, hostDetails)
  const body = kept((snapshots: readonly HostSnapshot[]) => joinHosts(snapshots, summary))

  app.get<{ Querystring: FromSchema<typeof hostQuery> }>('/hosts', { schema: fleetSchema }, async (request, reply) => {
    const snapshots = selectHosts(app.stats.snapshots(), request.query.host)
    return reply.sendSnapshots(snapshots, body)
  })

  app.get<{ Params: { host: string } }>('/hosts/:host', { schema: detailsSchema }, async (request, reply) => {
    const snapshots = selectHosts(app.stats.snapshots(), [request.params.host])
    return reply.sendSnapshots(snapshots, () => Buffer.concat(snapshots.map(detail)))
  })
}
