import type { ServerResponse } from 'node:http'
import { Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import fp from 'fastify-plugin'

declare module 'fastify' {
  interface FastifyInstance {
    /** Calls a listener when the service stops, to end responses that would not end by themselves. */
    onDrain (listener: () => void): void
  }
}

const DEADLINE = 3000

/**
 * Waits for responses in flight before the server closes, because Node.js treats a connection as idle, and closes it,
 * while its response is still being sent. Then closes all connections: one without a request would delay the shutdown.
 * Endless responses end first → `app.onDrain`.
 */
export default fp(async app => {
  const latest = new Map<Socket, ServerResponse>()
  app.addHook('onRequest', ({ socket }, { raw }, done) => {
    if (!(socket instanceof Socket)) return done() // injected requests have no connection
    if (!latest.has(socket)) socket.once('close', () => latest.delete(socket))
    latest.set(socket, raw)
    done()
  })
  const listeners: Array<() => void> = []
  app.decorate('onDrain', listener => { listeners.push(listener) })
  app.addHook('preClose', async () => {
    for (const end of listeners) end()
    const underWay = [...latest.values()].filter(response => !response.writableFinished)
    const ends = underWay.map(response => new Promise(resolve => response.once('close', resolve)))
    const late = new AbortController()
    const { signal } = late
    await Promise.race([Promise.all(ends), sleep(DEADLINE, undefined, { signal }).catch(() => {})])
    late.abort()
    app.server.closeAllConnections()
  })
}, { name: 'drain' })
