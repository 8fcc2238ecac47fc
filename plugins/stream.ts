import { fastifySSE } from '@fastify/sse'
import type { FastifyReply } from 'fastify'
import fp from 'fastify-plugin'
import type { Reason } from '../lib/stream/client.ts'
import { Stream, type StreamCounts } from '../lib/stream/stream.ts'
import { streamEncodingFor } from '../lib/http/compress.ts'

declare module 'fastify' {
  interface FastifyInstance {
    /** Numbers of clients and events. */
    readonly streamCounts: StreamCounts
  }
  interface FastifyReply {
    /** Starts to send the events of these hosts; of all that the token can see if there are none. */
    sendEvents (hosts: readonly string[]): void
  }
}

/** Sends changes to clients as they happen → `reply.sendEvents`. */
export default fp(async app => {
  await app.register(fastifySSE)
  const stream = new Stream({
    views: { host: snapshot => app.views.host(snapshot), container: app.views.container([]) },
    snapshots: app.stats.snapshots,
    onError: err => app.log.error({ err }, 'Cannot send an event to the clients of /stream')
  })
  app.stats.subscribe((next, previous) => stream.see(next, previous))
  app.onConfig(() => stream.check())
  app.onDrain(() => stream.close())
  app.decorate('streamCounts', { getter: () => stream.counts })

  app.decorateReply('sendEvents', function (this: FastifyReply, hosts: readonly string[]) {
    const { raw, sse, request: { method, headers, access } } = this
    const encoding = streamEncodingFor(headers['accept-encoding'])
    if (encoding === 'gzip') this.header('content-encoding', encoding)
    this.header('cache-control', 'no-store').vary('Accept-Encoding')
    sse.sendHeaders()
    if (method === 'HEAD') return
    sse.keepAlive()
    raw.flushHeaders() // the first event may come late, such as for a token that sees no host
    raw.setTimeout(0) // a client that reads nothing is dropped, and one that hears nothing gets comments
    const refusal = (): Reason | null => {
      const now = app.accessOf(headers.authorization)
      if (!now?.scopes.has('stats')) return 'revoked'
      return now.id === access.id ? null : 'changed'
    }
    const sees = (host: string) => access.sees(host) && (hosts.length === 0 || hosts.includes(host))
    stream.open({ response: raw, encoding, sees, refusal, lastId: sse.lastEventId })
  })
}, { name: 'stream', dependencies: ['auth', 'config', 'drain', 'stats', 'views'] })
