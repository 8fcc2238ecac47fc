import type { FastifyInstance } from 'fastify'

const schema = {
  response: { 200: { type: 'string' } }
} as const

export default async function config (app: FastifyInstance) {
  app.get('/config', { schema }, async (_request, reply) =>
    reply.type('text/plain; charset=utf-8').cacheControl('no-cache').send(app.config.text))
}
