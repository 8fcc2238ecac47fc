import { once } from 'node:events'
import type { Socket } from 'node:net'
import { promisify } from 'node:util'
import t, { type Test } from 'tap'
import { build } from '../support/build.ts'
import { containerList, startFakeEngine } from '../support/fake-engine.ts'
import { dial, listenOn, send, type RawAnswer } from '../support/raw.ts'
import { until } from '../support/until.ts'

async function serve (t: Test, limits: object, yaml = '') {
  const built = await build(t, { yaml: `server: { limits: ${JSON.stringify(limits)} }\n${yaml}` })
  return { ...built, port: await listenOn(built.app) }
}

const get = (path: string, headers = '') =>
  `GET ${path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\nAuthorization: marked-secret\r\n${headers}\r\n`

function check (t: Test, { statusCode, headers, body }: RawAnswer, expected: number, code: string) {
  t.equal(statusCode, expected, code)
  t.match(headers, /\r\naccess-control-allow-origin: \*(\r\n|$)/i)
  t.match(headers, /\r\ncontent-type: application\/json; charset=utf-8(\r\n|$)/i)
  const error = JSON.parse(body)
  t.strictSame(Object.keys(error), ['statusCode', 'code', 'error', 'message'])
  t.match(error, { statusCode: expected, code, error: /^[A-Z]/ })
  return error.message
}

t.test('rejects oversized requests, in the common shape and with CORS headers', async t => {
  const { port } = await serve(t, { headerBytes: 2048, headerCount: 10, urlLength: 300 })
  const many = Array.from({ length: 11 }, (_, index) => `X-${index}: 1\r\n`).join('')
  check(t, await send(t, port, get(`/stats?host=${'a'.repeat(300)}`)), 414, 'URL_TOO_LONG')
  check(t, await send(t, port, get('/stats', many)), 431, 'HEADERS_TOO_LARGE')
  check(t, await send(t, port, get('/stats', `X: ${'a'.repeat(3000)}\r\n`)), 431, 'HEADERS_TOO_LARGE')
  t.equal((await send(t, port, get(`/status?${'a'.repeat(200)}`, 'A: 1\r\nB: 1\r\n'))).statusCode, 200)
})

t.test('rejects malformed requests, in the common shape and with CORS headers', async t => {
  const { port } = await serve(t, {})
  for (const bytes of ['nonsense\r\n\r\n', 'GET /status HTTP/9.9\r\n\r\n', 'GET /status HTTP/1.1\r\nHost a\r\n\r\n']) {
    t.notMatch(check(t, await send(t, port, bytes), 400, 'BAD_REQUEST'), 'Parse Error')
  }
  t.match(check(t, await send(t, port, 'GET /stats HTTP/1.1\r\nConnection: close\r\n\r\n'), 400, 'BAD_REQUEST'), /Host/)
  t.equal((await send(t, port, 'GET /status HTTP/1.0\r\n\r\n')).body, 'UP', 'HTTP/1.0 needs no Host header')
  check(t, await send(t, port, get('/%')), 400, 'BAD_REQUEST')
  const { port: narrow } = await serve(t, {}, 'cors: { origin: https://a.example }')
  const { headers } = await send(t, narrow, get('/%', 'Origin: https://a.example\r\n'))
  t.match(headers, /access-control-allow-origin: https:\/\/a\.example/)
  t.notMatch((await send(t, narrow, get('/%', 'Origin: https://b.example\r\n'))).headers, /allow-origin/)
  t.notMatch((await send(t, narrow, 'nonsense\r\n\r\n')).headers, /Allow-Origin/)
})

t.test('rejects slow requests', async t => {
  const { port } = await serve(t, { headersTimeout: 200 })
  check(t, await send(t, port, 'GET /status HTTP/1.1\r\nHo'), 408, 'REQUEST_TIMEOUT')
})

/** Keeps sending single bytes while the connection is open. */
function drip (socket: Socket) {
  const timer = setInterval(() => socket.write('X'), 100)
  socket.once('close', () => clearInterval(timer))
}

/** Serves a host with `count` containers; `connections` counts the open client connections. */
async function serveContainers (t: Test, count: number, limits: object) {
  const fake = await startFakeEngine(t, {
    containers: containerList(Array.from({ length: count }, (_, index) => ({ id: `c${index}`, state: 'exited' })))
  })
  const built = await serve(t, limits, `hosts: { nas: { url: '${fake.address}' } }`)
  await until(() => built.app.stats.snapshots()[0]?.up)
  return { ...built, connections: promisify(built.app.server.getConnections.bind(built.app.server)) }
}

t.test('drops a client that stops reading, but not one that reads slowly', async t => {
  const { port, connections } = await serveContainers(t, 2000, { stalledTimeout: 1000, pipelinedRequests: 100 })
  const requests = get('/stats').replace('close', 'keep-alive').repeat(80)
  const [deaf, slow] = [dial(t, port).pause(), dial(t, port).pause()]
  const timer = setInterval(() => slow.read(), 10)
  t.teardown(() => clearInterval(timer))
  for (const socket of [deaf, slow]) socket.write(requests)
  await until(() => slow.bytesRead > 1e6)
  await until(async () => await connections() === 1)
  t.equal(slow.closed, false)
})

t.test('closes a connection with too many waiting responses, and logs it', async t => {
  const { port, log } = await serveContainers(t, 500, { pipelinedRequests: 4 })
  const requests = get('/stats').replace('close', 'keep-alive')
  const reader = dial(t, port)
  let read = 0
  reader.on('data', bytes => { read += `${bytes}`.split('HTTP/1.1 200').length - 1 })
  for (let count = 0; count < 20; count += 5) {
    reader.write(requests.repeat(5))
    await until(() => read === count + 5)
  }
  const flood = dial(t, port).pause()
  flood.write(requests.repeat(60))
  await once(flood.resume(), 'close')
  const line = await until(() => log().split('\n').find(line => line.includes('server.limits.pipelinedRequests')))
  t.match(JSON.parse(line), { level: 40, address: '127.0.0.1', connections: 1 })
  t.equal(reader.closed, false)
})

t.test('1,000 slow connections and 500 that do not read are closed and delay nobody', async t => {
  const limits = { headersTimeout: 500, requestTimeout: 500, stalledTimeout: 500, keepAliveTimeout: 500 }
  const { port, connections } = await serveContainers(t, 500, limits)
  const slow = Array.from({ length: 1000 }, () => dial(t, port))
  const deaf = Array.from({ length: 500 }, () => dial(t, port))
  for (const socket of slow) {
    socket.write('GET /status HTTP/1.1\r\nHost: a\r\nX-')
    drip(socket)
  }
  for (const socket of deaf) socket.pause().write(get('/stats').replace('close', 'keep-alive'))
  await Promise.all([...slow, ...deaf].map(socket => once(socket, 'connect')))
  const times: number[] = []
  await until(async () => {
    const begun = performance.now()
    const response = await fetch(`http://127.0.0.1:${port}/status`, { headers: { connection: 'close' } })
    times.push(performance.now() - begun)
    if (await response.text() !== 'UP') t.fail(`${response.status}`)
    return await connections() <= 1
  })
  const slowest = Math.round(Math.max(...times))
  t.pass(`all are gone; meanwhile /status answered ${times.length} times, in ${slowest} ms at most`)
})

t.test('closes excess connections, and logs it', async t => {
  const { port, log } = await serve(t, { connections: 10 })
  const sockets = Array.from({ length: 14 }, () => dial(t, port))
  await Promise.all(sockets.slice(10).map(socket => once(socket, 'close')))
  const line = await until(() => log().split('\n').find(line => line.includes('server.limits.connections')))
  t.match(JSON.parse(line), { level: 40, address: '127.0.0.1', connections: 1 })
})
