import type { FastifyInstance } from 'fastify'

const schema = {
  summary: 'Redirects to /stats',
  operationId: 'getRoot',
  response: { 302: { type: 'null', description: 'Redirect to /stats' } }
} as const

export default async function root (app: FastifyInstance) {
  app.get('/', { schema }, async (_request, reply) => reply.redirect('stats'))
}
