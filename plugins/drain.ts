import type { ServerResponse } from 'node:http'
import { Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import fp from 'fastify-plugin'

const DEADLINE = 3000

/**
 * Lets responses under way end before the server closes, which takes one that is still being sent for idle and cuts it
 * off, and drops the connections then left: one that never sent a request would hold up the close.
 */
export default fp(async app => {
  const latest = new Map<Socket, ServerResponse>()
  app.addHook('onRequest', ({ socket }, { raw }, done) => {
    if (!(socket instanceof Socket)) return done() // an injected request has no connection
    if (!latest.has(socket)) socket.once('close', () => latest.delete(socket))
    latest.set(socket, raw)
    done()
  })
  app.addHook('preClose', async () => {
    const underWay = [...latest.values()].filter(response => !response.writableFinished)
    const ends = underWay.map(response => new Promise(resolve => response.once('close', resolve)))
    const late = new AbortController()
    const { signal } = late
    await Promise.race([Promise.all(ends), sleep(DEADLINE, undefined, { signal }).catch(() => {})])
    late.abort()
    app.server.closeAllConnections()
  })
}, { name: 'drain' })
