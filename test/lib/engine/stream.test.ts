import t, { type Test } from 'tap'
import { EngineClient } from '../../../lib/engine/client.ts'
import { descriptorsFor, type EngineLimits } from '../../../lib/engine/connection.ts'
import { codeOf, messageOf } from '../../../lib/errors.ts'
import { startFakeEngine } from '../../support/fake-engine.ts'
import { until } from '../../support/until.ts'

const short: Partial<EngineLimits> = { call: 100 }

function client (t: Test, address: string, limits = short): EngineClient {
  const engine = new EngineClient({ address }, limits)
  t.teardown(() => engine.close())
  return engine
}

const errorOf = async (call: Promise<unknown>) =>
  await call.then(() => null, error => ({ code: codeOf(error), message: messageOf(error) }))

t.test('times out if an event stream does not open', async t => {
  const fake = await startFakeEngine(t)
  const engine = client(t, fake.address)
  await engine.server()
  fake.handler = () => {}
  const first = engine.events(0, new AbortController().signal, () => {})[Symbol.asyncIterator]().next()
  t.match(await errorOf(first), { code: 'ENGINE_TIMEOUT', message: /GET \/events: timed out/ })
})

t.test('ends an event stream that contains an error', async t => {
  const fake = await startFakeEngine(t)
  const engine = client(t, fake.address)
  await engine.server()
  fake.handler = (_request, response) => response.end('{"message":"no events here"}\n')
  const events = engine.events(0, new AbortController().signal, () => {})
  t.match(await errorOf(events.next()), { code: 'ENGINE_FAILED', message: /GET \/events: .*no events here/ })
})

t.test('closes an event stream that contains an error, so that it can be opened again', async t => {
  const fake = await startFakeEngine(t)
  const engine = client(t, fake.address)
  await engine.server()
  fake.handler = (_request, response) => response.write('{"message":"no events here"}\n')
  const events = engine.events(0, new AbortController().signal, () => {})
  t.match(await errorOf(events.next()), { code: 'ENGINE_FAILED' })
  fake.handler = null
  const stop = new AbortController()
  await errorOf(engine.events(0, stop.signal, () => stop.abort()).next())
  t.ok(stop.signal.aborted, 'it opens')
})

t.test('reads only the start of an error response to a stream request', async t => {
  const fake = await startFakeEngine(t)
  const engine = client(t, fake.address)
  await engine.server()
  const refused = async () => {
    const events = engine.events(0, new AbortController().signal, () => {})
    return await errorOf(events.next())
  }
  fake.handler = (_request, response) => response.writeHead(500).end('x'.repeat(100_000))
  t.match(await refused(), { code: 'ENGINE_FAILED', message: /500 x+\)?$/ })
  fake.handler = (_request, response) => {
    response.writeHead(500, { 'Content-Length': 100 }).write('half')
    setImmediate(() => response.destroy())
  }
  t.match(await refused(), { code: 'ENGINE_FAILED', message: /500/ })
})

t.test('opens only as many connections as it has descriptors, and streams only if one is left', async t => {
  const fake = await startFakeEngine(t)
  for (const [descriptors, connections, code] of [[1, 1, 'ENGINE_DESCRIPTORS'], [2, 1, null], [3, 2, null]] as const) {
    const engine = client(t, fake.address, { descriptors })
    await Promise.all(Array.from({ length: 10 }, () => engine.info()))
    t.equal(engine.connections, connections)
    t.equal(fake.sockets.size, connections)
    const stop = new AbortController()
    const events = engine.events(0, stop.signal, () => stop.abort()).next()
    t.equal(await events.then(() => null, error => stop.signal.aborted ? null : codeOf(error)), code)
    await engine.close()
    await until(() => fake.sockets.size === 0)
  }
})

t.test('sends no request without a descriptor', async t => {
  const fake = await startFakeEngine(t)
  t.match(await errorOf(client(t, fake.address, { descriptors: 0 }).info()), { code: 'ENGINE_DESCRIPTORS' })
  t.strictSame(fake.requests, [])
})

t.test('counts three descriptors per ssh process', async t => {
  const connectionsWith = (descriptors: number) => client(t, 'ssh://nas', { descriptors }).connections
  t.strictSame([1, 8, 9, 257].map(connectionsWith), [1, 1, 2, 4])
  t.strictSame(descriptorsFor({ address: 'ssh://nas' }), { each: 3, most: 15 }, 'four for polls, one for events')
  t.strictSame(descriptorsFor({ address: 'tcp://nas' }), { each: 1, most: 257 })
})
