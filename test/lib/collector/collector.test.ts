import t from 'tap'
import { Collector } from '../../../lib/collector/collector.ts'
import { EngineClient } from '../../../lib/engine/client.ts'
import { container, quick, startCollector } from '../../collector.ts'
import { containerList } from '../../fake-engine.ts'
import { fixture } from '../../fixture.ts'
import { until } from '../../until.ts'

t.test('knows nothing before the first poll', async t => {
  const engine = new EngineClient({ address: 'unix:///none' })
  const log = { info () {}, warn () {} }
  const collector = new Collector({ host: 'one', engine, timing: quick, log })
  t.match(collector.snapshot, {
    host: 'one', version: 0, up: false, error: null, lastSeen: null, engine: null, containers: []
  })
  await collector.stop()
})

t.test('keeps every container in the order of the Engine, samples the running and paused ones', async t => {
  const states = ['running', 'paused', 'exited', 'created', 'restarting', 'removing', 'dead']
  const { collector, fake, log } = await startCollector(t, {
    containers: containerList(states.map((state, index) => ({ id: `c${index}`, names: [`/${state}`], state })))
  })
  await until(() => collector.snapshot.up)
  t.strictSame(collector.snapshot.containers.map(({ name }) => name), states)
  const sampled = collector.snapshot.containers.filter(({ sample }) => sample)
  t.strictSame(sampled.map(({ state }) => state), ['running', 'paused'])
  t.match(collector.snapshot, {
    host: 'one',
    error: null,
    lastSeen: Number,
    engine: { version: '28.5.2+dfsg4', apiVersion: '1.51', cpus: 2, memoryBytes: 25276510208 }
  })
  t.notOk(fake.requests.some(request => /c[23456]\/stats/.test(request)))
  t.strictSame(log, [`info engine reached at ${fake.address}: 7 containers, events live`])
})

t.test('a snapshot is frozen and survives being written down', async t => {
  const { collector, polled } = await startCollector(t, { containers: containerList([{ id: 'aa' }]) })
  await until(() => collector.snapshot.up)
  const first = collector.snapshot
  for (const part of [first, first.containers, first.containers[0], first.containers[0]?.sample, first.engine]) {
    t.ok(Object.isFrozen(part))
  }
  t.strictSame(JSON.parse(JSON.stringify(first)), first)
  await polled(1)
  t.not(collector.snapshot, first)
  t.ok(collector.snapshot.version > first.version)
})

t.test('a host out of reach keeps its last containers until they are stale, and comes back', async t => {
  const { collector, fake, log, polled } = await startCollector(t, {
    containers: containerList([{ id: 'aa' }]), timing: { staleAfter: 200 }
  })
  await until(() => collector.snapshot.up)
  await fake.close()
  await until(() => !collector.snapshot.up)
  const { lastSeen } = collector.snapshot
  t.match(collector.snapshot, { error: { code: /^ENGINE_/ }, containers: [{ id: 'aa' }], engine: { cpus: 2 } })
  await until(() => collector.snapshot.containers.length === 0)
  t.match(collector.snapshot, { up: false, error: { code: 'ENGINE_UNREACHABLE' }, lastSeen, engine: { cpus: 2 } })
  t.match(collector.snapshot.pollErrors, { ENGINE_UNREACHABLE: Number })
  await fake.listen()
  await until(() => collector.snapshot.up)
  t.match(collector.snapshot, { error: null, containers: [{ id: 'aa' }] })
  await polled(1)
  t.match(log, [
    /^info engine reached/,
    /^warn engine not reached: .*: start it, or set hosts\.one\.url or DOCKER_HOST; trying again$/,
    /^info engine reached/
  ])
})

t.test('an Engine that is lost between list and stats is down', async t => {
  const { collector, fake } = await startCollector(t, { containers: containerList([{ id: 'aa' }]) })
  await until(() => collector.snapshot.up)
  fake.handler = request => {
    if (!request.url?.includes('/stats')) return false
    request.socket.destroy()
  }
  await until(() => !collector.snapshot.up)
  t.match(collector.snapshot, { error: { code: 'ENGINE_DISCONNECTED' }, containers: [{ id: 'aa' }] })
})

t.test('a poll ends at its deadline', async t => {
  const { collector, fake } = await startCollector(t, { timing: { deadline: 100 } })
  await until(() => collector.snapshot.up)
  fake.handler = () => {}
  await until(() => collector.snapshot.error)
  t.match(collector.snapshot, { up: false, error: { code: 'ENGINE_TIMEOUT' } })
})

t.test('goes on without what a proxy forbids, and says which right is missing', async t => {
  const { collector, fake, log, polled } = await startCollector(t, { containers: containerList([{ id: 'aa' }]) })
  await until(() => collector.snapshot.up)
  await fake.close()
  fake.requests.length = 0
  fake.handler = (request, response) => /_ping|info|events|aa\/json/.test(request.url ?? '') &&
    response.writeHead(403).end('<html><body><h1>403 Forbidden</h1>')
  await until(() => !collector.snapshot.up)
  await fake.listen()
  await until(() => collector.snapshot.up)
  await polled()
  t.strictSame(collector.snapshot.missingRights, ['CONTAINERS=1', 'EVENTS=1', 'INFO=1', 'PING=1'])
  t.match(collector.snapshot, { events: 'refused', containers: [{ id: 'aa', sample: { cpuNanoseconds: Number } }] })
  for (const right of ['PING=1', 'EVENTS=1', 'INFO=1']) {
    t.equal(log.filter(line => line.includes(`set ${right} there`)).length, 1, right)
  }
  t.equal(fake.requests.filter(request => request.includes('/info')).length, 1, 'not asked at every poll')
  fake.containers = containerList([{ id: 'bb' }, { id: 'aa' }])
  await until(() => collector.snapshot.containers.length === 2)
  t.equal(fake.requests.filter(request => request.includes('/bb/json')).length, 0, 'nor at every start')
  t.ok(fake.requests.filter(request => request.includes('/containers/json?all=1')).length > 2, 'lists at every poll')
})

t.test('an /info that fails otherwise fails the poll', async t => {
  const { collector } = await startCollector(t, { info: 'not JSON' })
  await until(() => collector.snapshot.error)
  t.match(collector.snapshot, { up: false, error: { code: 'ENGINE_BAD_ANSWER' } })
})

t.test('stops in the middle of a poll', async t => {
  const { collector, fake, log } = await startCollector(t)
  fake.handler = () => {}
  await until(() => fake.requests.length > 0)
  const { version } = collector.snapshot
  await collector.stop()
  t.equal(collector.snapshot.version, version)
  t.notOk(log.some(line => line.startsWith('warn')))
})

t.test('an Engine without running containers is pinged', async t => {
  const { collector, fake, polled } = await startCollector(t, { timing: { interval: 20 } })
  await until(() => collector.snapshot.up && collector.snapshot.events === 'live')
  await polled()
  fake.requests.length = 0
  await polled(3)
  t.ok(fake.requests.length > 0 && fake.requests.every(request => request === 'GET /_ping'), fake.requests.join())
})

t.test('polls of many hosts begin apart, and the second ones so far apart that they fill the interval', async t => {
  for (const [startWithin, wait] of [[100, 550], [500, 550]] as const) {
    const start = Date.now()
    const { snapshots, polled } = await startCollector(t, { phase: 0.5, timing: { interval: 400, startWithin } })
    await polled(2)
    const [first = 0, second = 0] = new Set(snapshots.flatMap(({ lastSeen }) => lastSeen ?? []))
    t.ok(first - start >= startWithin / 2 - 5, `${first - start} ms`)
    t.ok(second - first >= wait - 5, `${second - first} ms`)
  }
})

t.test('a poll that takes long stretches the wait, and that shows', async t => {
  const { collector, fake, polled } = await startCollector(t, {
    containers: containerList([{ id: 'aa' }]), timing: { interval: 20 }
  })
  fake.handler = (request, response) => {
    if (!request.url?.includes('/stats')) return false
    setTimeout(() => response.setHeader('Api-Version', '1.51').end(fixture('stats-one-shot.json')), 40)
  }
  await polled(2)
  const { durationMs, intervalMs } = collector.snapshot.poll
  t.ok(Number(durationMs) >= 39 && intervalMs >= 78, `${durationMs} ms, then ${intervalMs} ms`)
})

t.test('counts the requests that the Engine got', async t => {
  const { collector, polled } = await startCollector(t, { containers: containerList([{ id: 'aa' }]) })
  await until(() => collector.snapshot.events === 'live' && collector.snapshot.up)
  await polled()
  const { requests } = collector.snapshot
  t.match(requests, { ping: 1, events: 1, info: 1, inspect: 1 })
  t.ok(Number(requests.stats) >= 3)
})

t.test('an inspection that fails is tried again with the next list', async t => {
  const { collector, fake } = await startCollector(t, {
    containers: containerList([{ id: 'aa' }]), timing: { resync: 100 }
  })
  const inspected = () => fake.requests.filter(request => request.endsWith('/aa/json')).length
  fake.handler = (request, response) => request.url?.endsWith('/aa/json') && response.writeHead(500).end('{}')
  await until(() => inspected() >= 1 && collector.snapshot.up)
  t.equal(container(collector, 'aa')?.restartCount, null)
  await until(() => inspected() >= 2)
  fake.handler = null
  await until(() => container(collector, 'aa')?.restartCount === 0)
})
