import fp from 'fastify-plugin'
import { MethodNotAllowed } from '../lib/errors.ts'

declare module 'fastify' {
  interface FastifyInstance {
    /** Answers 405 with `Allow` where a path exists, but not with that method. To be called after the last route. */
    refuseOtherMethods (): void
  }
}

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'] as const

/** Keeps account of the routes registered after it → `app.refuseOtherMethods`. */
export default fp(async app => {
  const taken = new Map<string, Set<string>>()
  app.addHook('onRoute', ({ url, method }) => {
    taken.set(url, new Set([...taken.get(url) ?? [], ...[method].flat()]))
  })
  app.decorate('refuseOtherMethods', () => {
    for (const [url, methods] of [...taken]) {
      const allow = [...methods].join(', ')
      app.route({
        method: METHODS.filter(method => !methods.has(method)),
        url,
        schema: { hide: true },
        handler (request, reply) {
          reply.header('allow', allow)
          throw new MethodNotAllowed(url, request.method, allow)
        }
      })
    }
  })
}, { name: 'methods', dependencies: ['errors', 'cors'] })
