import type { FastifyInstance } from 'fastify'

export default async function root (app: FastifyInstance) {
  app.get('/', async (_request, reply) => reply.redirect('/stats'))
}
