import type { FastifyInstance } from 'fastify'

const schema = {
  response: { 200: { type: 'string' } }
} as const

export default async function status (app: FastifyInstance) {
  app.get('/status', { schema, logLevel: 'warn' }, async (_request, reply) =>
    reply.type('text/plain; charset=utf-8').cacheControl('no-cache').send('UP'))
}
