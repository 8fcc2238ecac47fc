import type { FastifyInstance } from 'fastify'

const schema = {
  summary: 'Whether the service runs, whatever the Engines do',
  operationId: 'getStatus',
  response: {
    200: { description: 'It runs', content: { 'text/plain': { schema: { type: 'string', enum: ['UP'] } } } }
  }
} as const

export default async function status (app: FastifyInstance) {
  app.get('/status', { schema }, async (_request, reply) =>
    reply.type('text/plain; charset=utf-8').cacheControl('no-cache').send('UP'))
}
