import type { FastifyInstance } from 'fastify'

const schema = {
  summary: 'Leads to /stats',
  operationId: 'getRoot',
  response: { 302: { type: 'null', description: 'See /stats' } }
} as const

export default async function root (app: FastifyInstance) {
  app.get('/', { schema }, async (_request, reply) => reply.redirect('stats'))
}
