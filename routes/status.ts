import type { FastifyInstance } from 'fastify'

const schema = {
  summary: 'Whether the service is running, regardless of the Engines',
  tags: ['Service'],
  operationId: 'getStatus',
  response: {
    200: { description: 'Running', content: { 'text/plain': { schema: { type: 'string', enum: ['UP'] } } } }
  }
} as const

export default async function status (app: FastifyInstance) {
  app.get('/status', { schema }, async (_request, reply) =>
    reply.type('text/plain; charset=utf-8').cacheControl('no-cache').send('UP'))
}
