import type { FastifyInstance } from 'fastify'
import { serverUrl } from '../lib/http/public-address.ts'

const schema = {
  summary: 'This API description, as OpenAPI 3.1',
  tags: ['Service'],
  operationId: 'getOpenApi',
  response: { 200: { type: 'object', additionalProperties: true } }
} as const

export default async function openapi (app: FastifyInstance) {
  app.get('/openapi.json', { schema }, async (_request, reply) => {
    const servers = [{ url: serverUrl(app.config.server, '.') }]
    return reply.cacheControl('no-cache').send({ ...app.swagger(), servers })
  })
}
