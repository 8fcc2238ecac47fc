import type { FastifyInstance } from 'fastify'

const schema = {
  summary: 'This description of the API, as OpenAPI 3.1',
  operationId: 'getOpenApi',
  response: { 200: { type: 'object', additionalProperties: true } }
} as const

export default async function openapi (app: FastifyInstance) {
  app.get('/openapi.json', { schema }, async (_request, reply) => reply.cacheControl('no-cache').send(app.swagger()))
}
