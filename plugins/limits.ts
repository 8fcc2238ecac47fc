import type { FastifyInstance } from 'fastify'
import fp from 'fastify-plugin'
import { BadRequest, HeadersTooLarge, UrlTooLong } from '../lib/errors.ts'
import { plainAddress } from '../lib/http/address.ts'
import { Queues } from '../lib/http/queues.ts'
import { Repeated } from '../lib/http/repeated.ts'

/** Sets what Node.js itself holds clients to. */
function setLimits ({ server, descriptors, config: { server: { limits } } }: FastifyInstance) {
  Object.assign(server, {
    maxHeaderSize: limits.headerBytes,
    maxHeadersCount: limits.headerCount + 1, // one more shows that there are too many
    headersTimeout: limits.headersTimeout,
    requestTimeout: limits.requestTimeout,
    timeout: limits.stalledTimeout,
    keepAliveTimeout: limits.keepAliveTimeout,
    maxConnections: descriptors.clients
  })
}

/** Holds clients to `server.limits`. */
export default fp(async app => {
  setLimits(app)
  app.onConfig(() => setLimits(app))
  const queues = new Queues()
  const floods = new Repeated((address, connections) =>
    app.log.warn({ address, connections }, 'connections are closed: more requests than ' +
      'server.limits.pipelinedRequests wait for their answers to be read'))
  app.addHook('onRequest', (request, reply, done) => {
    if (queues.isRoom(request.raw.socket, reply.raw, app.config.server.limits.pipelinedRequests)) return done()
    floods.note(plainAddress(request.ip))
    reply.hijack()
    request.raw.destroy()
  })
  app.addHook('onRequest', ({ raw: { url = '', headers, rawHeaders, httpVersion } }, _reply, done) => {
    const { headerCount, urlLength } = app.config.server.limits
    if (url.length > urlLength) return done(new UrlTooLong())
    if (rawHeaders.length > 2 * headerCount) return done(new HeadersTooLarge('server.limits.headerCount'))
    if (headers.host === undefined && httpVersion === '1.1') return done(new BadRequest('it has no Host header'))
    done()
  })
  const drops = new Repeated((address, connections) =>
    app.log.warn({ address, connections }, `clients are turned away: ${app.descriptors.clients} are connected, ` +
      'as many as server.limits.connections and the limit of open files allow'))
  app.server.on('drop', data => drops.note(plainAddress(data?.remoteAddress)))
  app.addHook('onClose', async () => {
    drops.close()
    floods.close()
  })
}, { name: 'limits', dependencies: ['config', 'cors', 'descriptors', 'errors'] })
