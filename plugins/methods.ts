import type { FastifyReply, FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'
import { MethodNotAllowed, NotFound } from '../lib/errors.ts'

declare module 'fastify' {
  interface FastifyInstance {
    /** Responds with 405 and `Allow` if a path exists but not with that method. Call it after the last route. */
    refuseOtherMethods (): void
  }
}

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'] as const

/**
 * Records the routes registered after it → `app.refuseOtherMethods`. Rejects unknown paths and methods before the body
 * is parsed.
 */
export default fp(async app => {
  const taken = new Map<string, Set<string>>()
  app.addHook('onRoute', ({ url, method }) => {
    taken.set(url, new Set([...taken.get(url) ?? [], ...[method].flat()]))
  })
  const notFound = ({ url }: FastifyRequest) => new NotFound(url.split('?', 1)[0])
  app.addHook('onRequest', (request, _reply, done) => request.is404 ? done(notFound(request)) : done())
  app.setNotFoundHandler(async request => { throw notFound(request) }) // for routes that find nothing, such as /docs
  app.decorate('refuseOtherMethods', () => {
    for (const [url, methods] of [...taken]) {
      const allow = [...methods].join(', ')
      const refuse = async (request: FastifyRequest, reply: FastifyReply) => {
        reply.header('allow', allow)
        throw new MethodNotAllowed(url, request.method, allow)
      }
      app.route({
        method: METHODS.filter(method => !methods.has(method)),
        url,
        schema: { hide: true },
        onRequest: refuse,
        handler: refuse
      })
    }
  })
}, { name: 'methods', dependencies: ['errors', 'cors'] })
