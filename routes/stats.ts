import type { FastifyInstance } from 'fastify'
import type { FromSchema } from 'json-schema-to-ts'
import { expositionOverJson } from '../lib/http/accept.ts'
import { memoize } from '../lib/memoize.ts'
import { statsExample } from '../lib/schemas/examples.ts'
import { expositionContent } from '../lib/schemas/exposition.ts'
import { hostQuery } from '../lib/schemas/host-query.ts'
import { createListView, joinHosts } from '../lib/views/encode.ts'
import { selectHosts } from '../lib/views/select.ts'
import { statsRow } from '../lib/views/stats.ts'
import { jsonView } from '../lib/views/view.ts'

const container = {
  type: 'object',
  additionalProperties: false,
  required: [
    'name', 'id', 'hostName', 'state', 'cpu_usage', 'mem_usage', 'mem_limit', 'net_rx', 'net_tx', 'current_net_rx',
    'current_net_tx', 'networkMode', 'link', 'icon', 'tags', 'image'
  ],
  properties: {
    name: { type: 'string' },
    id: { type: 'string' },
    hostName: { type: 'string' },
    state: { type: 'string' },
    cpu_usage: { type: 'number', description: 'CPU time since the container started, nanoseconds; 0 if not running' },
    mem_usage: { type: 'number', description: 'Memory used, bytes, as shown by docker stats' },
    mem_limit: { type: 'number', description: 'Memory limit, bytes' },
    net_rx: { type: 'number', description: 'Bytes received on all interfaces since the container started' },
    net_tx: { type: 'number', description: 'Bytes sent on all interfaces since the container started' },
    current_net_rx: { type: 'number', description: 'Bytes received since the previous poll' },
    current_net_tx: { type: 'number', description: 'Bytes sent since the previous poll' },
    networkMode: { type: 'string' },
    link: { type: 'string' },
    icon: { type: 'string' },
    tags: { type: 'string', description: 'Comma-separated list of tag or tag:colour' },
    image: { type: 'string' }
  }
} as const

const containersOfHost = { type: 'array', items: container } as const

const fleet = { type: 'object', additionalProperties: containersOfHost, examples: [statsExample] } as const

const schema = {
  summary: 'The containers of all hosts, by host',
  tags: ['Stats'],
  operationId: 'getStats',
  querystring: hostQuery,
  response: {
    200: {
      description: 'JSON, or metrics if Accept prefers them',
      content: { 'application/json': { schema: fleet }, ...expositionContent }
    }
  }
} as const

export default async function stats (app: FastifyInstance) {
  const view = createListView<FromSchema<typeof container>>(container,
    (snapshot, container) => statsRow(snapshot, container, app.config))
  const vary = 'Accept-Encoding, Accept'
  const fleetView = { ...jsonView(memoize(snapshots => joinHosts(snapshots, view))), vary }
  const config = { scope: 'stats', awaitsFirstPolls: true } as const

  app.get<{ Querystring: FromSchema<typeof hostQuery> }>('/stats', { schema, config }, (request, reply) => {
    const exposition = expositionOverJson(request.headers.accept)
    const snapshots = selectHosts(request.snapshots(), request.query.host)
    return reply.sendView(exposition ? app.metricsView(request.query.host, exposition) : fleetView, snapshots)
  })
}
