import { once } from 'node:events'
import { createServer } from 'node:net'
import t, { type Test } from 'tap'
import { EngineClient } from '../../../lib/engine/client.ts'
import type { EngineLimits } from '../../../lib/engine/connection.ts'
import { codeOf, messageOf } from '../../../lib/errors.ts'
import { version } from '../../../lib/version.ts'
import { containerList, startFakeEngine, type FakeEngine } from '../../support/fake-engine.ts'
import { fixture } from '../../support/fixture.ts'
import { folder } from '../../support/folder.ts'

const short: Partial<EngineLimits> = { connect: 150, call: 300, answer: 100_000, record: 10_000 }

function client (t: Test, address: string, limits: Partial<EngineLimits> = short): EngineClient {
  const engine = new EngineClient({ address }, limits)
  t.teardown(() => engine.close())
  return engine
}

async function errorOf (call: Promise<unknown>): Promise<{ code: string, message: string }> {
  const none = { code: 'none', message: '' }
  return await call.then(() => none, error => ({ code: codeOf(error), message: messageOf(error) }))
}

/** A server that responds to any request with `bytes`. */
async function rawServer (t: Test, bytes: string): Promise<string> {
  const path = `${folder(t)}/raw.sock`
  const server = createServer(socket => socket.on('error', () => {}).once('data', () => socket.write(bytes)))
  server.listen(path)
  await once(server, 'listening')
  t.teardown(() => server.close())
  return `unix://${path}`
}

for (const transport of ['unix', 'tcp'] as const) {
  t.test(`sends requests over ${transport}`, async t => {
    const fake = await startFakeEngine(t, { transport, containers: containerList([{ id: 'aa' }]) })
    const engine = client(t, fake.address)
    t.match(await engine.server(), { kind: 'docker', version: '28.5.2+dfsg4', apiVersion: '1.51', oneShot: 'direct' })
    t.match(await engine.containers(), [{ id: 'aa' }])
    t.match(await engine.info(), { cpus: 2 })
    t.match(await engine.stats('aa'), { cpu: { total: 24064939738 } })
    t.strictSame(fake.requests, [
      'GET /_ping',
      'GET /v1.51/containers/json?all=1',
      'GET /v1.51/info',
      'GET /v1.51/containers/aa/stats?stream=false&one-shot=true'
    ])
    t.equal(fake.headers[1]?.['user-agent'], `Docker-Client/${version} (DockStatAPI)`)
  })
}

t.test('rejects an unsupported address immediately', async t => {
  t.throws(() => new EngineClient({ address: 'ftp://host' }), { message: 'unsupported address ftp://host' })
  t.throws(() => new EngineClient({ address: 'nonsense' }), TypeError)
})

t.test('uses an API version that the Engine supports', async t => {
  const cases = [
    ['1.41', '1.12', 'v1.41'], ['1.52', '1.44', 'v1.52'], ['1.55', '1.40', 'v1.52'], ['1.40', '1.12', 'v1.40']
  ] as const
  for (const [apiVersion, minimumApiVersion, prefix] of cases) {
    const fake = await startFakeEngine(t, { apiVersion, minimumApiVersion })
    await client(t, fake.address).containers()
    t.equal(fake.requests[1], `GET /${prefix}/containers/json?all=1`)
  }
})

t.test('adapts when the Engine is replaced by another version', async t => {
  const fake = await startFakeEngine(t)
  const engine = client(t, fake.address)
  await engine.containers()
  Object.assign(fake, { apiVersion: '1.41', server: 'Docker/20.10.24 (linux)' })
  await engine.containers()
  t.match(await engine.server(), { version: '20.10.24', apiVersion: '1.41', oneShot: 'ticked' }, 'downgraded')
  Object.assign(fake, { apiVersion: '1.47', server: 'Docker/27.3.1 (linux)' })
  await engine.containers()
  t.match(await engine.server(), { apiVersion: '1.47' }, 'upgraded, as the list shows')
  t.equal(fake.requests.filter(request => request === 'GET /_ping').length, 2)
})

t.test('reports an Engine without a common API version', async t => {
  const old = await startFakeEngine(t, { apiVersion: '1.23', minimumApiVersion: '1.12' })
  const tooOld = await errorOf(client(t, old.address).containers())
  t.match(tooOld, { code: 'ENGINE_VERSION', message: /supports at most 1\.23; upgrade it/ })
  const future = await startFakeEngine(t, { apiVersion: '1.90', minimumApiVersion: '1.60' })
  t.match(await errorOf(client(t, future.address).containers()), { code: 'ENGINE_VERSION', message: /too old/ })
})

t.test('retries on a new connection if the old one is lost', async t => {
  const fake = await startFakeEngine(t)
  const engine = client(t, fake.address)
  await engine.containers()
  let broken = 0
  fake.handler = request => {
    broken++
    fake.handler = null
    request.socket.destroy()
  }
  t.strictSame(await engine.containers(), [])
  t.equal(broken, 1)
})

t.test('reuses connections before it opens another', async t => {
  const fake = await startFakeEngine(t, { containers: containerList([{ id: 'aa' }]) })
  const engine = client(t, fake.address)
  const askTwice = async () => {
    await engine.stats('aa')
    await engine.stats('aa')
  }
  await engine.server()
  await Promise.all([askTwice(), askTwice(), askTwice()])
  t.equal(fake.sockets.size, 3)
})

t.test('reports every failure with address, call and cause', async t => {
  type Answer = (fake: FakeEngine) => FakeEngine['handler']
  const body = (statusCode: number, text: string): Answer => () => (_request, response) =>
    response.writeHead(statusCode, { 'Api-Version': '1.51' }).end(text)
  const cases: [title: string, answer: Answer, code: string, message: RegExp][] = [
    ['reset', () => request => request.socket.destroy(), 'ENGINE_DISCONNECTED', /UND_ERR_SOCKET/],
    ['no answer', () => () => {}, 'ENGINE_TIMEOUT', /TimeoutError: no response within 300 ms/],
    ['half a body', () => (_request, response) => response.writeHead(200, { 'Content-Length': 9 }).write('[{'),
      'ENGINE_TIMEOUT', /TimeoutError: no response within 300 ms/],
    ['a huge body', body(200, `[${' '.repeat(200_000)}]`), 'ENGINE_BAD_ANSWER', /UND_ERR_RES_EXCEEDED_MAX_SIZE/],
    ['truncated JSON', body(200, '[{"Id":'), 'ENGINE_BAD_ANSWER', /not JSON/],
    ['not JSON', body(200, '<html>'), 'ENGINE_BAD_ANSWER', /not JSON/],
    ['not a list', body(200, '{}'), 'ENGINE_BAD_ANSWER', /not a list/],
    ['empty', body(200, ''), 'ENGINE_BAD_ANSWER', /not a list/],
    ['a proxy that denies', body(403, '<html><body><h1>403 Forbidden</h1>\nRequest forbidden.</body></html>'),
      'ENGINE_FORBIDDEN', /403 Forbidden Request forbidden\./],
    ['a list of nothing', body(404, fixture('err404-stats.json')), 'ENGINE_NOT_FOUND', /404 No such container/],
    ['no such path', body(404, '<h1>Not Found</h1>'), 'ENGINE_NOT_FOUND', /not found at this path \(404 Not Found/],
    ['conflict', body(409, '{"message":"is not running"}'), 'ENGINE_FAILED', /409 is not running/],
    ['an error in a 200', body(200, '{"message":"sick","response":500}'), 'ENGINE_FAILED', /200 with an error: sick/],
    ['not authorized', body(401, 'No'), 'ENGINE_FORBIDDEN', /401 No; allow GET \/containers\/json/],
    ['a method that is not allowed', body(405, ''), 'ENGINE_FORBIDDEN', /405 ; allow GET \/containers\/json/],
    ['Engine error', body(500, fixture('err500-df-busy.json')), 'ENGINE_FAILED',
      /500 a disk usage operation/],
    ['bad request', body(400, '{"message":"bad filter"}'), 'ENGINE_FAILED', /400 bad filter/],
    ['old version', body(400, fixture('err400-oldclient.json')), 'ENGINE_VERSION', /version \S+ is too old/],
    ['new version', body(400, fixture('err400-newclient.json')), 'ENGINE_VERSION', /version 1\.99 is too new/],
    ['redirect', () => (_request, response) =>
      response.writeHead(301, { 'Api-Version': '1.51', Location: 'https://nas:2376/' }).end(),
    'ENGINE_FAILED', /301, a redirect; set url to https:\/\/nas:2376\//],
    ['a message that is not a string', body(500, '{"message":7}'), 'ENGINE_FAILED', /500 \{"message":7\}/]
  ]
  for (const [title, answer, code, message] of cases) {
    const fake = await startFakeEngine(t)
    const engine = client(t, fake.address)
    await engine.server()
    const handler = answer(fake)
    fake.handler = (request, response) => request.url === '/_ping'
      ? response.writeHead(200, { 'Api-Version': '1.51' }).end()
      : handler?.(request, response)
    const error = await errorOf(engine.containers())
    t.equal(error.code, code, title)
    t.match(error.message, message, title)
    t.ok(error.message.startsWith(`${fake.address}: GET /containers/json: `), title)
  }
})

t.test('reports a missing socket, a refused connection and an unknown host', async t => {
  const gone = await errorOf(client(t, `unix://${folder(t)}/none.sock`).containers())
  t.match(gone, { code: 'ENGINE_UNREACHABLE', message: /ENOENT/ })
  const fake = await startFakeEngine(t, { transport: 'tcp' })
  await fake.close()
  t.match(await errorOf(client(t, fake.address).containers()), { code: 'ENGINE_REFUSED', message: /ECONNREFUSED/ })
  t.match(await errorOf(client(t, 'tcp://no-such-host.invalid:2375').containers()), { code: 'ENGINE_UNREACHABLE' })
})

t.test('reports a server that is not a Docker Engine', async t => {
  const fake = await startFakeEngine(t)
  fake.handler = (_request, response) => response.end('hello')
  t.match(await errorOf(client(t, fake.address).containers()), { code: 'ENGINE_BAD_ANSWER', message: /no Api-Version/ })
  const smtp = await rawServer(t, '220 mail.example.com ESMTP\r\n')
  t.match(await errorOf(client(t, smtp).containers()), { code: 'ENGINE_BAD_ANSWER', message: /HTTPParserError/ })
})

t.test('limits the size of responses about one container', async t => {
  const fake = await startFakeEngine(t, { containers: containerList([{ id: 'aa' }]) })
  const engine = client(t, fake.address)
  await engine.server()
  const tooLong = { code: 'ENGINE_BAD_ANSWER', message: /UND_ERR_RES_EXCEEDED_MAX_SIZE: more than 10000 bytes/ }
  fake.stats = { aa: ' '.repeat(10_001) }
  t.match(await errorOf(engine.stats('aa')), tooLong)
  fake.details = { aa: ' '.repeat(99_000) }
  t.match(await errorOf(engine.inspect('aa')), tooLong)
  fake.stats = { aa: fixture('v28/stats-one-shot.json') }
  t.match(await engine.stats('aa'), { cpu: { total: 24064939738 } })
})

t.test('applies the timeout to the whole call', async t => {
  const fake = await startFakeEngine(t)
  const engine = client(t, fake.address, { ...short, call: 60_000 })
  await engine.server()
  fake.handler = (_request, response) => {
    const timer = setInterval(() => response.write(' '), 10)
    response.once('close', () => clearInterval(timer))
  }
  for (const call of [engine.containers(100), engine.info(100), engine.inspect('aa', 100), engine.stats('aa', 100)]) {
    t.match(await errorOf(call), { code: 'ENGINE_TIMEOUT', message: /no response within 100 ms/ })
  }
})

t.test('lets the caller abort a call', async t => {
  const fake = await startFakeEngine(t)
  fake.handler = () => {}
  const controller = new AbortController()
  const call = errorOf(client(t, fake.address, {}).containers(undefined, controller.signal))
  controller.abort()
  t.match(await call, { code: 'ENGINE_UNREACHABLE', message: /abort/i })
})

t.test('uses its own clock if the Engine sends no date', async t => {
  const fake = await startFakeEngine(t)
  fake.handler = (_request, response) => {
    response.sendDate = false
    response.setHeader('Api-Version', '1.51').end()
  }
  const { date } = await client(t, fake.address).ping()
  t.ok(Math.abs(Date.now() - date) < 60_000)
})

t.test('rejects responses of an unexpected shape', async t => {
  const containers = containerList([{ id: 'aa' }])
  const fake = await startFakeEngine(t, { containers, info: '[]', details: { aa: '{}' } })
  const engine = client(t, fake.address)
  t.match(await errorOf(engine.info()), { code: 'ENGINE_BAD_ANSWER', message: /no information about the Engine/ })
  t.match(await errorOf(engine.inspect('aa')), { code: 'ENGINE_BAD_ANSWER', message: /not a container/ })
  fake.handler = (_request, response) => response.setHeader('Api-Version', '1.41').end('{"Stats":null}')
  t.match(await errorOf(engine.podmanStats()), { code: 'ENGINE_BAD_ANSWER', message: /no statistics/ })
})

t.test('treats a 200 without a sample as none, and one with a message as an error', async t => {
  const stats = {
    aa: '',
    bb: fixture('stats-exited.json'),
    cc: '{"message":"invalid id: id is empty"}',
    dd: '{"message":"Could not get container for ee: No such container: ee"}',
    ff: '{"message":"No such container: ff"}'
  }
  const containers = containerList(Object.keys(stats).map(id => ({ id })))
  const engine = client(t, (await startFakeEngine(t, { containers, stats })).address)
  for (const id of ['aa', 'bb']) t.equal(await engine.stats(id), null, id)
  t.match(await errorOf(engine.stats('cc')), { code: 'ENGINE_FAILED', message: /200 with an error: invalid id/ })
  const another = { code: 'ENGINE_FAILED', message: /200 with an error: .*: No such container: ee/ }
  t.match(await errorOf(engine.stats('dd')), another, 'the missing container is another, whose network it shares')
  t.match(await errorOf(engine.stats('ff')), { code: 'ENGINE_GONE', message: /No such container: ff/ })
})

t.test('recognizes the missing container responses of Docker and Podman, and no other 404', async t => {
  const fake = await startFakeEngine(t)
  const engine = client(t, fake.address)
  await engine.server()
  const answers = [
    ['{"message":"No such container: aa"}', {}, 'ENGINE_GONE'],
    ['{"message":"no container with name or ID aa found: no such container"}', {}, 'ENGINE_GONE'],
    ['', { 'Libpod-Api-Version': '4.3.1' }, 'ENGINE_GONE'],
    ['', {}, 'ENGINE_NOT_FOUND'],
    ['{"message":"Could not get container for ee: No such container: ee"}', {}, 'ENGINE_NOT_FOUND'],
    ['<h1>404 Not Found</h1>', {}, 'ENGINE_NOT_FOUND'],
    ['{"message":"page not found"}', {}, 'ENGINE_NOT_FOUND']
  ] as const
  for (const [body, headers, code] of answers) {
    fake.handler = (_request, response) => response.writeHead(404, headers).end(body)
    t.match(await errorOf(engine.stats('aa')), { code }, body)
    t.match(await errorOf(engine.inspect('aa')), { code }, body)
  }
  const removed = '{"message":"container aa does not exist in database: no such container"}'
  fake.handler = (_request, response) => response.writeHead(500, { 'Libpod-Api-Version': '4.3.1' }).end(removed)
  t.match(await errorOf(engine.inspect('aa')), { code: 'ENGINE_GONE' }, 'removed during the lookup by Podman')
})

t.test('opens at most one connection per concurrent call', async t => {
  const fake = await startFakeEngine(t, { transport: 'tcp', containers: containerList([{ id: 'aa' }]) })
  const engine = client(t, fake.address)
  const ports = new Set<number | undefined>()
  await Promise.all(Array.from({ length: 4 }, async () => {
    for (let calls = 0; calls < 20; calls++) {
      await engine.stats('aa')
      for (const { remotePort } of fake.sockets) ports.add(remotePort)
    }
  }))
  t.equal(ports.size, 4)
})

t.test('closes all connections', async t => {
  const fake = await startFakeEngine(t)
  const engine = client(t, fake.address)
  await engine.containers()
  const [socket] = fake.sockets
  const closed = socket && once(socket, 'close')
  await engine.close()
  await closed
  t.equal(fake.sockets.size, 0)
  t.match(await errorOf(engine.containers()), { code: 'ENGINE_UNREACHABLE' })
})
