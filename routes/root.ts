import type { FastifyInstance } from 'fastify'
import { prefersPage } from '../lib/http/accept.ts'

const schema = {
  summary: 'The page for browsers; redirects others to /stats',
  tags: ['Service'],
  operationId: 'getRoot',
  response: {
    200: { description: 'The page', content: { 'text/html': { schema: { type: 'string' } } } },
    302: { type: 'null', description: 'Redirect to /stats' }
  }
} as const

export default async function root (app: FastifyInstance) {
  app.get('/', { schema }, (request, reply) => {
    if (app.hasPage && prefersPage(request.headers.accept)) return reply.sendPage()
    return reply.header('vary', 'Accept').redirect('stats')
  })
}
