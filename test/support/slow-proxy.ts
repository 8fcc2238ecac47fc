import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Test } from 'tap'
import { lowPort } from './low-port.ts'

/** A TCP proxy in front of a server on loopback. */
export interface SlowProxy {
  port: number
  /** `redis://`, without a user. */
  url: string
  /** Milliseconds in each direction, for what arrives from now on. */
  delay: number
  /** Destroys all connections, and refuses new ones. */
  cut (): Promise<void>
  /** Accepts connections again, on the same port. */
  mend (): Promise<void>
}

/** Starts a proxy for the duration of the test. */
export async function startSlowProxy (t: Test, port: number): Promise<SlowProxy> {
  const sockets = new Set<Socket>()
  const forward = (from: Socket, to: Socket) => {
    let earlier: Promise<unknown> = Promise.resolve()
    const inOrder = (action: () => void) => {
      const due = proxy.delay > 0 ? sleep(proxy.delay, undefined, { ref: false }) : null
      earlier = Promise.all([earlier, due]).then(action)
    }
    sockets.add(from)
    from.on('error', () => {})
    from.on('data', chunk => inOrder(() => to.write(chunk)))
    from.on('end', () => inOrder(() => to.end()))
    from.on('close', () => {
      sockets.delete(from)
      inOrder(() => to.destroy())
    })
  }
  const server = createServer({ allowHalfOpen: true, noDelay: true }, client => {
    const upstream = connect({ port, host: '127.0.0.1', allowHalfOpen: true, noDelay: true })
    forward(client, upstream)
    forward(upstream, client)
  })
  const ownPort = await lowPort()
  const proxy: SlowProxy = {
    port: ownPort,
    url: `redis://127.0.0.1:${ownPort}`,
    delay: 0,
    async cut () {
      if (!server.listening) return
      server.close()
      for (const socket of sockets) socket.destroy()
      await once(server, 'close')
    },
    async mend () {
      if (server.listening) return
      server.listen(ownPort, '127.0.0.1')
      await once(server, 'listening')
    }
  }
  await proxy.mend()
  t.teardown(() => proxy.cut())
  return proxy
}
