import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { Fakes } from './fakes.ts'
import { LoadGenerator } from './load.ts'
import type { BenchOptions, Result } from './result.ts'
import { Service } from './service.ts'

/** Clients, and seconds to measure: less than the 10 after which the service disconnects clients with slow headers. */
const WHOLE = { slow: 1000, deaf: 500, seconds: 8 }
const SMOKE = { slow: 10, deaf: 5, seconds: 1 }
/** Requests that a deaf client sends without reading the responses: one, and the limit of `pipelinedRequests`. */
const UNREAD = [1, 5]
/** Milliseconds between two bytes of a slow client's headers. */
const SLOWNESS = 1000
/** Requests for `/status` a second, and connections that share them. */
const RATE = 50
const CONNECTIONS = 5

async function open (port: string): Promise<Socket> {
  const socket = connect(Number(port), '127.0.0.1')
  socket.on('error', () => {}) // the service closes the connection, as it should
  await once(socket, 'connect')
  return socket.pause()
}

const openAll = (port: string, count: number): Promise<Socket[]> =>
  Promise.all(Array.from({ length: count }, () => open(port)))

/** Measures `/status` while some clients send their headers byte by byte and others never read their responses. */
export async function slow ({ isSmoke, resources, say }: BenchOptions): Promise<Result[]> {
  const size = isSmoke ? SMOKE : WHOLE
  const fakes = new Fakes(10)
  resources.push(fakes)
  const service = new Service({ addresses: await fakes.listening() })
  resources.push(service)
  const generator = new LoadGenerator()
  resources.push(generator)
  await service.polled(100)
  const { port } = new URL(service.url)
  const request = `GET /stats HTTP/1.1\r\nHost: bench\r\nAuthorization: ${service.headers.authorization}\r\n\r\n`
  const load = { url: `${service.url}/status`, headers: {}, connections: CONNECTIONS, rate: RATE }
  const results: Result[] = []
  for (const unread of UNREAD) {
    const slowly = await openAll(port, size.slow)
    const deaf = await openAll(port, size.deaf)
    const timer = setInterval(() => slowly.forEach(socket => socket.write('x')), SLOWNESS)
    const end = async () => {
      clearInterval(timer)
      for (const socket of [...slowly, ...deaf]) socket.destroy()
    }
    resources.push({ stop: end })
    deaf.forEach(socket => socket.write(request.repeat(unread)))
    slowly.forEach(socket => socket.write('GET /status HTTP/1.1\r\nX: '))
    await sleep(isSmoke ? 0 : SLOWNESS)
    const { p50, p99 } = await generator.run({ ...load, seconds: size.seconds })
    await end()
    say(`${unread} unread: p50 ${p50.toFixed(1)} ms, p99 ${p99.toFixed(1)} ms`)
    const what = `${size.slow} slow clients, ${size.deaf} that never read ${unread} × \`/stats\`: \`/status\``
    results.push(
      { what: `${what} p50`, unit: 'ms', ours: p50 },
      { what: `${what} p99`, unit: 'ms', ours: p99, ...unread === 1 && { bar: { most: 50 } } }
    )
  }
  return results
}
