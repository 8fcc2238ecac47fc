import type { FastifyInstance } from 'fastify'
import { NoCluster } from '../lib/errors.ts'
import { clusterExample, clusterSchema } from '../lib/schemas/cluster.ts'
import { noQuery } from '../lib/schemas/host-query.ts'

const schema = {
  summary: 'The replicas that share the hosts, and how this one is connected with them',
  tags: ['Cluster'],
  operationId: 'getCluster',
  querystring: noQuery,
  response: { 200: { ...clusterSchema, examples: [clusterExample] } }
} as const

export default async function cluster (app: FastifyInstance) {
  app.get('/cluster', { schema, config: { scope: 'stats' } }, async (_request, reply) => {
    const state = app.cluster()
    if (!state) throw new NoCluster()
    return reply.header('cache-control', 'no-store').send(state)
  })
}
