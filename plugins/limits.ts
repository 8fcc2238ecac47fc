import type { FastifyInstance } from 'fastify'
import fp from 'fastify-plugin'
import { BadRequest, HeadersTooLarge, UrlTooLong } from '../lib/errors.ts'
import { plainAddress } from '../lib/http/address.ts'
import { Queues } from '../lib/http/queues.ts'
import { Repeated } from '../lib/http/repeated.ts'

function setLimits ({ server, descriptors, config: { server: { limits } } }: FastifyInstance) {
  Object.assign(server, {
    maxHeaderSize: limits.headerBytes,
    maxHeadersCount: limits.headerCount + 1, // Node.js drops the rest silently; one extra reveals the excess
    headersTimeout: limits.headersTimeout,
    requestTimeout: limits.requestTimeout,
    timeout: limits.stalledTimeout,
    keepAliveTimeout: limits.keepAliveTimeout,
    maxConnections: descriptors.clients
  })
}

/** Enforces `server.limits`. */
export default fp(async app => {
  setLimits(app)
  app.onConfig(() => setLimits(app))
  const queues = new Queues()
  const floods = new Repeated((address, connections) =>
    app.log.warn({ address, connections }, 'Closed connections with more than ' +
      'server.limits.pipelinedRequests responses waiting to be read'))
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
    if (headers.host === undefined && httpVersion === '1.1') return done(new BadRequest('the Host header is missing'))
    done()
  })
  const drops = new Repeated((address, connections) =>
    app.log.warn({ address, connections }, `Rejected connections: ${app.descriptors.clients} clients are connected, ` +
      'the maximum that server.limits.connections and the limit of open files allow'))
  app.server.on('drop', data => drops.note(plainAddress(data?.remoteAddress)))
  app.addHook('onClose', async () => {
    drops.close()
    floods.close()
  })
}, { name: 'limits', dependencies: ['config', 'cors', 'descriptors', 'errors'] })
