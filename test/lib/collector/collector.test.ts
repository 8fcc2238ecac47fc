import t from 'tap'
import { Collector } from '../../../lib/collector/collector.ts'
import { EngineClient } from '../../../lib/engine/client.ts'
import { container, fixedLimits, quick, startCollector } from '../../support/collector.ts'
import { containerList, startFakeEngine } from '../../support/fake-engine.ts'
import { fixture } from '../../support/fixture.ts'
import { until } from '../../support/until.ts'
import { configuration } from '../../support/snapshots.ts'

t.test('knows nothing before the first poll', async t => {
  const engine = new EngineClient({ address: 'unix:///none' })
  const log = { info () {}, warn () {} }
  const collector = new Collector({ host: 'one', engine, configuration, timing: quick, log })
  t.match(collector.snapshot, {
    host: 'one', version: 0, up: null, error: null, lastSeen: null, engine: null, isListed: false, containers: []
  })
  await collector.stop()
})

t.test('lists containers in the order of the Engine, and samples only running and paused ones', async t => {
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
  t.strictSame(log, [`info Connected to host "one" at ${fake.address} (containers: 7, event stream: live)`])
})

t.test('snapshots are frozen and survive serialization', async t => {
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

t.test('an unreachable host keeps its last containers until they are stale, and recovers', async t => {
  const { collector, fake, log, polled } = await startCollector(t, {
    containers: containerList([{ id: 'aa' }]), timing: { staleAfter: 200 }
  })
  await until(() => collector.snapshot.up)
  await fake.close()
  await until(() => collector.snapshot.up === false)
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
    /^info Connected to host "one"/,
    /^warn Cannot reach the Docker Engine of host "one" at .* set hosts\.one\.url\. Retrying\.$/,
    /^info Connected to host "one"/
  ])
})

t.test('broken connections during stats calls take the host down only if a ping breaks too', async t => {
  const containers = containerList([{ id: 'aa' }, { id: 'bb' }])
  const { collector, fake, polled } = await startCollector(t, { containers })
  await until(() => collector.snapshot.up)
  const breaks = (what: RegExp) => {
    fake.handler = request => what.test(String(request.url)) ? request.socket.destroy() : false
  }
  breaks(/aa\/stats/)
  await until(() => collector.snapshot.problems.length > 0)
  await polled(2)
  const problem = { what: 'stats', code: 'ENGINE_DISCONNECTED' }
  t.match(collector.snapshot, { up: true, problems: [{ ...problem, containers: ['aa'] }] })
  t.strictSame(collector.snapshot.problems[0]?.containers, ['aa'])
  breaks(/stats/)
  await until(() => collector.snapshot.problems[0]?.containers.length === 2)
  await polled(2)
  t.match(collector.snapshot, { up: true, problems: [problem] })
  breaks(/./)
  await until(() => collector.snapshot.up === false)
  t.match(collector.snapshot, { error: { code: 'ENGINE_DISCONNECTED' }, problems: [], containers: [{ id: 'aa' }, {}] })
})

t.test('an Engine that never answers is down once its calls time out', async t => {
  const timing = { limits: fixedLimits(100) }
  const { collector, fake } = await startCollector(t, { timing, limits: { call: 100 } })
  await until(() => collector.snapshot.up)
  fake.handler = () => {}
  await until(() => collector.snapshot.error)
  t.match(collector.snapshot, { up: false, error: { code: 'ENGINE_TIMEOUT' } })
})

t.test('continues without calls that a proxy forbids, and reports the missing rights', async t => {
  const { collector, fake, log, polled } = await startCollector(t, { containers: containerList([{ id: 'aa' }]) })
  await until(() => container(collector, 'aa')?.restartCount === 0)
  await fake.close()
  fake.requests.length = 0
  fake.handler = (request, response) => /_ping|info|events|bb\/json/.test(request.url ?? '') &&
    response.writeHead(403).end(fixture('tecnativa-403.http').split(/\r?\n\r?\n/)[1])
  await until(() => collector.snapshot.up === false)
  fake.containers = containerList([{ id: 'bb' }, { id: 'aa' }])
  await fake.listen()
  await until(() => collector.snapshot.problems.length === 3)
  await polled()
  t.strictSame(collector.snapshot.missingRights, ['CONTAINERS=1', 'EVENTS=1', 'INFO=1', 'PING=1'])
  t.match(collector.snapshot, { up: true, events: 'refused', containers: [{ id: 'bb', sample: {} }, { id: 'aa' }] })
  for (const right of ['EVENTS=1', 'INFO=1', 'CONTAINERS=1', 'PING=1']) {
    t.equal(log.filter(line => line.includes(right)).length, 1, right)
  }
  t.strictSame(collector.snapshot.problems.map(({ what, code }) => `${what} ${code}`).sort(), [
    'events ENGINE_FORBIDDEN', 'info ENGINE_FORBIDDEN', 'inspect ENGINE_FORBIDDEN'
  ])
  const asked = (path: string) => fake.requests.filter(request => request.includes(path)).length
  t.equal(asked('/info'), 1, 'not requested at every poll')
  t.equal(asked('/bb/json'), 1, 'neither is an inspection')
  t.equal(asked('/aa/json'), 0, 'unchanged containers are not inspected again')
  t.ok(asked('/containers/json?all=1') > 2, 'lists at every poll')
})

t.test('a failing /info is reported, and the previous data stays', async t => {
  const { collector, fake, log } = await startCollector(t, { info: 'not JSON', timing: { resync: 20 } })
  await until(() => collector.snapshot.up && collector.snapshot.problems.length > 0)
  const problem = { what: 'info', code: 'ENGINE_BAD_ANSWER', message: /not JSON/, containers: [] }
  t.match(collector.snapshot, { up: true, engine: { version: String, cpus: null }, problems: [problem] })
  fake.info = fixture('v28/info.json')
  await until(() => collector.snapshot.engine?.cpus === 2 && collector.snapshot.problems.length === 0)
  fake.handler = (request, response) => request.url?.endsWith('/info') && response.writeHead(500).end('no storage')
  await until(() => collector.snapshot.problems.length > 0)
  t.match(collector.snapshot, { up: true, engine: { cpus: 2 }, problems: [{ what: 'info', code: 'ENGINE_FAILED' }] })
  t.match(log, [
    /^info Connected/, /^warn .*"info" failed: .*not JSON/, /^info "info" works again/, /^warn .*500 no storage/
  ])
})

t.test('a hanging /info does not delay polls', async t => {
  const { collector, fake, polled } = await startCollector(t, {
    containers: containerList([{ id: 'aa' }]), timing: { listPatience: 50, limits: fixedLimits(400) }
  })
  fake.handler = request => request.url?.endsWith('/info') ? undefined : false
  await until(() => collector.snapshot.up)
  t.match(collector.snapshot, { engine: { cpus: null }, containers: [{ sample: {} }], problems: [] })
  await until(() => collector.snapshot.problems.length > 0)
  await polled(1)
  t.match(collector.snapshot, { up: true, problems: [{ what: 'info', code: 'ENGINE_TIMEOUT' }] })
})

t.test('keeps sampling the known containers if a list fails or hangs', async t => {
  for (const answer of ['[{"Id":', '{"message":"no storage"}', 'hang']) {
    const { collector, fake, polled } = await startCollector(t, {
      containers: containerList([{ id: 'aa' }]),
      hasEvents: false,
      timing: { listPatience: 20, limits: fixedLimits(200) }
    })
    await until(() => collector.snapshot.up)
    fake.handler = (request, response) => {
      if (!request.url?.includes('/containers/json')) return false
      if (answer !== 'hang') response.end(answer)
    }
    await until(() => collector.snapshot.problems.some(({ what }) => what === 'list'))
    const begun = Date.now()
    await polled(2)
    t.match(collector.snapshot, { up: true, error: null, isListed: true, containers: [{ id: 'aa' }] }, answer)
    t.ok(Number(container(collector, 'aa')?.sample?.at) >= begun, 'its sample is fresh')
  }
})

t.test('shows only containers with samples if no list has succeeded for long', async t => {
  const { collector, fake } = await startCollector(t, {
    containers: containerList([{ id: 'aa' }, { id: 'bb', state: 'exited' }]),
    hasEvents: false,
    timing: { staleAfter: 200 }
  })
  await until(() => collector.snapshot.containers.length === 2)
  fake.handler = (request, response) => request.url?.includes('/containers/json') && response.writeHead(500).end()
  await until(() => !collector.snapshot.isListed)
  t.match(collector.snapshot, { up: true, containers: { length: 1, 0: { id: 'aa' } } })
})

t.test('a host whose first list fails is up, and the list is a problem', async t => {
  const { collector, fake } = await startCollector(t, { containers: containerList([{ id: 'aa' }]) })
  fake.handler = (request, response) => request.url?.includes('/containers/json') && response.writeHead(500).end('sick')
  await until(() => collector.snapshot.up !== null)
  t.match(collector.snapshot, { up: true, isListed: false, containers: [], problems: [{ what: 'list' }] })
})

t.test('reports a stalled loop, whatever blocks it, and its recovery', async t => {
  const { collector, fake, log, polled } = await startCollector(t, {
    containers: containerList([{ id: 'aa' }]), timing: { stalledAfter: 50, limits: fixedLimits(50) }
  })
  await until(() => collector.snapshot.up)
  const client = EngineClient.prototype
  const { server } = client
  let goOn = () => {}
  t.teardown(() => { client.server = server })
  client.server = async function () {
    await new Promise<void>(resolve => { goOn = resolve })
    return await server.call(this)
  }
  await until(() => collector.snapshot.up === false)
  t.match(collector.snapshot, { error: { code: 'ENGINE_STALLED', message: /no poll has finished for \d+ s/ } })
  client.server = server
  goOn()
  await until(() => collector.snapshot.up)
  await polled(1)
  t.ok(fake.requests.length > 0)
  t.match(log, [/^info Connected/, /^warn Cannot poll .*no poll has finished/, /^info Connected/])
})

t.test('can be stopped in the middle of a poll', async t => {
  const { collector, fake, log } = await startCollector(t)
  fake.handler = () => {}
  await until(() => fake.requests.length > 0)
  const { version } = collector.snapshot
  await collector.stop()
  t.equal(collector.snapshot.version, version)
  t.notOk(log.some(line => line.startsWith('warn')))
})

t.test('pings an Engine that has no running containers', async t => {
  const { collector, fake, polled } = await startCollector(t, { timing: { interval: 20 } })
  await until(() => collector.snapshot.up && collector.snapshot.events === 'live')
  await polled()
  fake.requests.length = 0
  await polled(3)
  t.ok(fake.requests.length > 0 && fake.requests.every(request => request === 'GET /_ping'), fake.requests.join())
})

t.test('spreads the first polls of many hosts over the start time, and later ones over the interval', async t => {
  for (const [startWithin, wait] of [[100, 550], [500, 550]] as const) {
    const start = Date.now()
    const { snapshots, polled } = await startCollector(t, { phase: 0.5, timing: { interval: 400, startWithin } })
    await polled(2)
    const [first = 0, second = 0] = new Set(snapshots.flatMap(({ lastSeen }) => lastSeen ?? []))
    t.ok(first - start >= startWithin / 2 - 5, `${first - start} ms`)
    t.ok(second - first >= wait - 5, `${second - first} ms`)
  }
})

t.test('a slow poll stretches the interval, and the snapshot shows it', async t => {
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

t.test('counts requests to the Engine by endpoint', async t => {
  const { collector, polled } = await startCollector(t, { containers: containerList([{ id: 'aa' }]) })
  await until(() => collector.snapshot.events === 'live' && collector.snapshot.up)
  await polled()
  const { requests } = collector.snapshot
  t.match(requests, { ping: 1, events: 1, info: 1, inspect: 1 })
  t.ok(Number(requests.stats) >= 3)
})

t.test('logs a bug in background work and continues polling', async t => {
  const fake = await startFakeEngine(t, { containers: containerList([{ id: 'aa' }]) })
  const engine = new EngineClient({ address: fake.address })
  const warnings: string[] = []
  const log = { info () {}, warn: (_fields: object, message: string) => { warnings.push(message) } }
  let isBroken = false
  const onSnapshot = () => {
    if (!isBroken) return
    isBroken = false
    throw new Error('a bug')
  }
  const timing = { ...quick, interval: 60_000 }
  const collector = new Collector({ host: 'one', engine, configuration, timing, log, onSnapshot })
  t.teardown(async () => {
    await collector.stop()
    await engine.close()
  })
  collector.start()
  await until(() => collector.snapshot.containers[0]?.restartCount === 0 && collector.snapshot.events === 'live')
  isBroken = true
  fake.emit('pause', 'aa')
  await until(() => collector.snapshot.containers[0]?.state === 'paused' && warnings.length > 0)
  t.strictSame(warnings, ['unexpected error, polling goes on'])
})
