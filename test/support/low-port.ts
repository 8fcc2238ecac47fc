import { once } from 'node:events'
import { createServer } from 'node:net'

const FIRST = 12_000
const COUNT = 20_000

/** Processes that run at the same time start far from each other. */
let next = process.pid * 61

/**
 * Finds a free port on loopback, for servers that leave and come back. It is below those that kernels give to clients
 * and to `freePort`: nobody takes it meanwhile, and a client that keeps trying cannot connect to itself.
 */
export async function lowPort (): Promise<number> {
  for (let tries = 0; tries < COUNT; tries++) {
    const port = FIRST + next++ % COUNT
    const server = createServer().listen(port, '127.0.0.1')
    const isFree = await once(server, 'listening').then(() => true, () => false)
    if (!isFree) continue
    server.close()
    await once(server, 'close')
    return port
  }
  throw new Error('no port is free')
}
