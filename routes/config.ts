import type { FastifyInstance } from 'fastify'
import { configText } from '../lib/views/config.ts'
import { noQuery } from '../lib/schemas/host-query.ts'

const schema = {
  summary: 'The current configuration file, with secrets masked',
  tags: ['Service'],
  operationId: 'getConfig',
  querystring: noQuery,
  response: {
    200: {
      description: 'YAML, including comments',
      content: { 'text/plain': { schema: { type: 'string', examples: ['mintimeout: 5000\n'] } } }
    }
  }
} as const

export default async function config (app: FastifyInstance) {
  app.get('/config', { schema, config: { scope: 'config' } }, async (_request, reply) =>
    reply.type('text/plain; charset=utf-8').cacheControl('no-cache').send(configText(app.config)))
}
