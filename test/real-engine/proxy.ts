import { once } from 'node:events'
import { createServer, request as ask, type IncomingMessage, type ServerResponse } from 'node:http'
import { join } from 'node:path'
import type { Test } from 'tap'
import { folder } from '../support/folder.ts'
import { address } from './docker.ts'

/** A way to the real Engine on which tests watch the requests and hold them up. */
export interface EngineProxy {
  address: string
  /** Path of every request so far, without query. */
  requests: string[]
  /** The most stats requests that were under way at a time. */
  peak: number
  /** Called before a request goes on to the Engine, which it does when the promise resolves. */
  before: (path: string) => Promise<unknown>
  /** Whether a request is answered with 403 instead. */
  refuses: (path: string) => boolean
}

/** Whether a request asks for the stats of a container, alone or, as Podman is asked, with those of all others. */
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

/** Starts a proxy of the real Engine that ends with the test. */
export async function startProxy (t: Test): Promise<EngineProxy> {
  const socket = join(folder(t), 'engine.sock')
  let inFlight = 0
  const proxy: EngineProxy = {
    address: `unix://${socket}`,
    requests: [],
    peak: 0,
    before: async () => {},
    refuses: () => false
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
  server.listen(socket)
  await once(server, 'listening')
  t.teardown(async () => {
    server.close()
    server.closeAllConnections()
    await once(server, 'close')
  })
  return proxy
}
