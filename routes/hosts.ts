import type { FastifyInstance } from 'fastify'
import type { FromSchema } from 'json-schema-to-ts'
import { memoize } from '../lib/memoize.ts'
import { hostExample, hostsExample } from '../lib/schemas/examples.ts'
import { hostDetailsSchema, hostSchema } from '../lib/schemas/host.ts'
import { hostQuery, noQuery } from '../lib/schemas/host-query.ts'
import { createView, joinHosts } from '../lib/views/encode.ts'
import { hostSummary } from '../lib/views/hosts.ts'
import { selectHosts } from '../lib/views/select.ts'
import { jsonView } from '../lib/views/view.ts'

const fleetSchema = {
  summary: 'All hosts: containers, CPUs, memory, and whether each is up',
  tags: ['Hosts'],
  operationId: 'getHosts',
  querystring: hostQuery,
  response: { 200: { type: 'object', additionalProperties: hostSchema, examples: [hostsExample] } }
} as const

const detailsSchema = {
  summary: 'One host: Engine, containers by state, resource usage, polls, requests and missing permissions',
  tags: ['Hosts'],
  operationId: 'getHost',
  querystring: noQuery,
  params: { type: 'object', required: ['host'], properties: { host: { type: 'string' } } },
  response: { 200: { ...hostDetailsSchema, examples: [hostExample] } }
} as const

interface Fleet {
  Querystring: FromSchema<typeof hostQuery>
}

export default async function hosts (app: FastifyInstance) {
  const summary = createView<FromSchema<typeof hostSchema>>(hostSchema, hostSummary)
  const fleetView = jsonView(memoize(snapshots => joinHosts(snapshots, summary)))
  const hostView = jsonView(snapshots => Buffer.concat(snapshots.map(app.views.host)))

  const config = { scope: 'stats', awaitsFirstPolls: true } as const

  app.get<Fleet>('/hosts', { schema: fleetSchema, config }, (request, reply) => {
    return reply.sendView(fleetView, selectHosts(request.snapshots(), request.query.host))
  })

  app.get<{ Params: { host: string } }>('/hosts/:host', { schema: detailsSchema, config }, (request, reply) => {
    return reply.sendView(hostView, selectHosts(request.snapshots(), [request.params.host]))
  })
}
