import { once } from 'node:events'
import { createServer, request as ask, type IncomingMessage, type ServerResponse } from 'node:http'
import { join } from 'node:path'
import type { Test } from 'tap'
import { folder } from '../support/folder.ts'
import { address } from './docker.ts'

/** A proxy for the real Engine that lets tests observe, delay and refuse requests. */
export interface EngineProxy {
  address: string
  /** Paths of all requests so far, without queries. */
  requests: string[]
  /** The highest number of concurrent stats requests. */
  peak: number
  /** Delays each request until the promise resolves. */
  before: (path: string) => Promise<unknown>
  /** Requests for which it returns true get a 403. */
  refuses: (path: string) => boolean
  /** Makes the Engine unreachable until it is restored. */
  cut (): Promise<void>
  restore (): Promise<void>
}

/** True for requests for the stats of this container or, on Podman, of all containers. */
export const asksForStats = (path: string, id: string) =>
  path.endsWith(`${id}/stats`) || path.endsWith('/libpod/containers/stats')

const engine = address.startsWith('unix:')
  ? { socketPath: address.slice('unix://'.length) }
  : { host: new URL(address).hostname, port: new URL(address).port }

function forward (request: IncomingMessage, response: ServerResponse) {
  const { method, url: path, headers } = request
  const onward = ask({ ...engine, method, path, headers, agent: false }, answer => {
    response.writeHead(answer.statusCode ?? 502, { ...answer.headers, connection: 'keep-alive' }).flushHeaders()
    answer.pipe(response)
  })
  onward.on('error', () => response.destroy())
  response.on('close', () => onward.destroy())
  onward.end()
}

/** Starts a proxy for one test. */
export async function startProxy (t: Test): Promise<EngineProxy> {
  const socket = join(folder(t), 'engine.sock')
  let inFlight = 0
  const proxy: EngineProxy = {
    address: `unix://${socket}`,
    requests: [],
    peak: 0,
    before: async () => {},
    refuses: () => false,
    async cut () {
      server.close()
      server.closeAllConnections()
      await once(server, 'close')
    },
    async restore () {
      server.listen(socket)
      await once(server, 'listening')
    }
  }
  const server = createServer(async (request, response) => {
    const path = new URL(request.url ?? '/', 'http://engine').pathname
    proxy.requests.push(path)
    if (path.endsWith('/stats')) {
      proxy.peak = Math.max(proxy.peak, ++inFlight)
      response.once('close', () => inFlight--)
    }
    await proxy.before(path)
    if (proxy.refuses(path)) response.writeHead(403, { 'Content-Type': 'text/plain' }).end('Forbidden')
    else forward(request, response)
  })
  await proxy.restore()
  t.teardown(() => proxy.cut())
  return proxy
}
