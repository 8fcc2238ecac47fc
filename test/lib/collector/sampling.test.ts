import { setImmediate, setTimeout as sleep } from 'node:timers/promises'
import t, { type Test } from 'tap'
import { Sampler } from '../../../lib/collector/sampler.ts'
import { EngineClient } from '../../../lib/engine/client.ts'
import { withDeadline } from '../../../lib/engine/deadline.ts'
import { container, quick, startCollector } from '../../collector.ts'
import { containerList, startFakeEngine, type FakeEngine } from '../../fake-engine.ts'
import { fixture } from '../../fixture.ts'
import { until } from '../../until.ts'

const withNetwork = (rx: number, tx: number) => JSON.stringify({
  ...JSON.parse(fixture('stats-one-shot.json')), networks: { eth0: { rx_bytes: rx, tx_bytes: tx } }
})

t.test('counts bytes since the poll before', async t => {
  const { collector, fake, polled } = await startCollector(t, {
    containers: containerList([{ id: 'aa' }]), stats: { aa: withNetwork(1000, 100) }, timing: { interval: 100 }
  })
  const deltas = () => {
    const { rxBytesDelta, txBytesDelta } = container(collector, 'aa')?.sample ?? {}
    return [rxBytesDelta, txBytesDelta]
  }
  await until(() => collector.snapshot.up)
  t.strictSame(deltas(), [1000, 100], 'the whole counter at first')
  await polled(1)
  t.strictSame(deltas(), [0, 0])
  fake.stats.aa = withNetwork(1500, 130)
  await polled(1)
  t.strictSame(deltas(), [500, 30])
  fake.stats.aa = withNetwork(70, 131)
  await polled(1)
  t.strictSame(deltas(), [70, 1], 'the new counter after a reset')
})

t.test('drops a container that vanishes during the poll without failing it', async t => {
  for (const statusCode of [404, 409]) {
    const { collector, fake, log } = await startCollector(t, {
      containers: containerList([{ id: 'aa' }, { id: 'bb' }])
    })
    fake.handler = (request, response) => request.url?.includes('aa/stats') &&
      response.writeHead(statusCode).end('{"message":"No such container: aa"}')
    await until(() => collector.snapshot.containers.length === 1)
    t.match(collector.snapshot, { up: true, error: null, containers: [{ id: 'bb' }] })
    t.notOk(log.some(line => line.startsWith('warn')))
  }
})

t.test('keeps the row of a container that gives no stats', async t => {
  const { collector, fake, log, polled } = await startCollector(t, {
    containers: containerList([{ id: 'aa' }, { id: 'bb' }]), timing: { staleAfter: 60_000 }
  })
  await until(() => collector.snapshot.up)
  const { cpuNanoseconds } = container(collector, 'aa')?.sample ?? {}
  fake.stats.aa = 'not JSON'
  fake.stats.bb = '{"message":"invalid id: id is empty"}'
  await polled()
  t.match(collector.snapshot, { up: true, error: null })
  for (const name of ['aa', 'bb']) {
    t.match(container(collector, name), {
      state: 'running', sample: { cpuNanoseconds, rxBytesDelta: null, txBytesDelta: null }
    }, 'the last sample stands in')
  }
  const warnings = log.filter(line => line.startsWith('warn'))
  t.equal(warnings.length, 1, 'said once')
  t.match(warnings[0], /1 containers gave no stats and keep their last ones: .*aa\/stats/)
  fake.stats = {}
  await until(() => log.at(-1)?.startsWith('info'))
})

t.test('a container that stops running has no sample', async t => {
  const { collector, fake } = await startCollector(t, { hasEvents: false, containers: containerList([{ id: 'aa' }]) })
  await until(() => container(collector, 'aa')?.sample)
  fake.containers = containerList([{ id: 'aa', state: 'exited' }])
  await until(() => container(collector, 'aa')?.state === 'exited')
  t.equal(container(collector, 'aa')?.sample, null)
  t.notOk(fake.requests.slice(-1)[0]?.includes('/stats'))
})

t.test('a sample that is too old stands in no longer', async t => {
  const { collector, fake } = await startCollector(t, {
    containers: containerList([{ id: 'aa' }]), timing: { staleAfter: 50 }
  })
  await until(() => container(collector, 'aa')?.sample)
  fake.stats.aa = fixture('stats-exited.json')
  await until(() => container(collector, 'aa')?.sample === null)
  t.match(collector.snapshot, { up: true, containers: [{ state: 'running', sample: null }] })
})

const hundred = containerList(Array.from({ length: 100 }, (_, index) => ({ id: `c${index}` })))

/** Holds back every answer to a stats call; `tick` lets go of those that wait. */
function holdStats (fake: FakeEngine) {
  const held = {
    waiting: [] as (() => void)[],
    most: 0,
    tick () {
      for (const answer of held.waiting.splice(0)) answer()
    }
  }
  fake.handler = (request, response) => {
    if (!request.url?.includes('/stats')) return false
    held.waiting.push(() => response.setHeader('Api-Version', '1.51').end(fixture('stats-one-shot.json')))
    held.most = Math.max(held.most, held.waiting.length)
  }
  return held
}

t.test('asks as many stats at a time as the Engine answers at once', async t => {
  const cases = [['Docker/28.5.2 (linux)', 16], ['Docker/20.10.24 (linux)', 100]] as const
  for (const [server, expected] of cases) {
    const timing = { interval: 60_000, statsWithin: 60_000, deadline: 60_000 }
    const { collector, fake } = await startCollector(t, { server, containers: hundred, timing })
    const held = holdStats(fake)
    await until(() => held.waiting.length === expected)
    while (!collector.snapshot.up) {
      held.tick()
      await setImmediate()
    }
    t.equal(held.most, expected, server)
    t.equal(collector.snapshot.containers.filter(({ sample }) => sample).length, 100)
  }
})

t.test('a container whose stats hang is left alone, the others are not', async t => {
  const { collector, fake, log, polled } = await startCollector(t, {
    containers: containerList([{ id: 'aa' }, { id: 'bb' }]), timing: { statsWithin: 2000, hungFirst: 60_000 }
  })
  fake.handler = request => request.url?.includes('aa/stats') ? undefined : false
  await until(() => collector.snapshot.up)
  t.match(container(collector, 'bb'), { sample: { cpuNanoseconds: Number } })
  await polled(3)
  t.equal(fake.requests.filter(request => request.includes('aa/stats')).length, 1)
  t.ok(fake.requests.filter(request => request.includes('bb/stats')).length > 2)
  t.match(container(collector, 'aa'), { state: 'running', sample: null })
  t.match(log, [/^warn 1 containers gave no stats/, /^info/])
})

t.test('a container whose stats hang is tried again, less and less', async t => {
  const { fake } = await startCollector(t, {
    containers: containerList([{ id: 'aa' }]), timing: { statsWithin: 20, hungFirst: 10, hungMost: 20 }
  })
  fake.handler = request => request.url?.includes('aa/stats') ? undefined : false
  t.ok(await until(() => fake.requests.filter(request => request.includes('aa/stats')).length === 3))
})

t.test('a container that has not run since its stats hung is asked at once', async t => {
  const fake = await startFakeEngine(t, { containers: containerList([{ id: 'aa' }]) })
  const engine = new EngineClient({ address: fake.address })
  t.teardown(() => engine.close())
  const sampler = new Sampler(engine, { ...quick, statsWithin: 50 })
  const round = (ids: string[]) => withDeadline(60_000, undefined, signal => sampler.round(ids, signal))
  fake.handler = request => request.url?.includes('/stats') ? undefined : false
  t.equal((await round(['aa'])).failures.length, 1)
  fake.handler = null
  t.equal((await round(['aa'])).answered.size, 0, 'left alone')
  await round([])
  t.equal((await round(['aa'])).answered.size, 1)
})

t.test('where nothing gives stats on an Engine that answers on its tick, one is asked until it does', async t => {
  const { collector, fake, polled } = await startCollector(t, {
    server: 'Docker/20.10.24 (linux)',
    containers: containerList([{ id: 'aa' }, { id: 'bb' }, { id: 'cc' }]),
    timing: { statsWithin: 50 }
  })
  fake.handler = request => request.url?.includes('/stats') ? undefined : false
  await until(() => collector.snapshot.poll.isStalled)
  fake.requests.length = 0
  await polled(2)
  const asked = fake.requests.filter(request => request.includes('/stats'))
  t.ok(asked.length > 0 && asked.every(request => request.includes('/aa/')), asked.join())
  t.ok(collector.snapshot.up)
  fake.handler = null
  await until(() => !collector.snapshot.poll.isStalled && container(collector, 'cc')?.sample)
})

/** A sampler of a fake Engine, and how many calls it has under way at a time. */
async function startSampler (t: Test, server: string) {
  const fake = await startFakeEngine(t, { server, containers: hundred })
  const engine = new EngineClient({ address: fake.address })
  t.teardown(() => engine.close())
  const sampler = new Sampler(engine, { ...quick, statsWithin: 60_000 })
  const ids = Array.from({ length: 100 }, (_, index) => `c${index}`)
  const round = (calls = ids.length) =>
    withDeadline(60_000, undefined, signal => sampler.round(ids.slice(0, calls), signal))

  /** How many calls a round has under way when none is answered. */
  async function bound () {
    const held = holdStats(fake)
    const running = round()
    await until(() => held.waiting.length >= 16)
    await sleep(50)
    const { length } = held.waiting
    const ticking = setInterval(() => held.tick(), 700)
    await running
    clearInterval(ticking)
    fake.handler = null
    return length
  }
  return { fake, round, bound }
}

t.test('learns by measuring that an unnamed Engine answers on its tick, or not', async t => {
  const { round, bound } = await startSampler(t, 'Enterprise')
  t.equal(await bound(), 16)
  await until(async () => await bound() > 16)
  await until(async () => {
    for (let rounds = 0; rounds < 3; rounds++) await round()
    return await bound() === 16
  })
})

t.test('a round that came just before the tick does not make an Engine one that answers at once', async t => {
  const { round, bound } = await startSampler(t, 'Docker/20.10.24 (linux)')
  for (let times = 0; times < 2; times++) {
    await round()
    t.equal(await bound(), 100)
  }
})

t.test('answers that wait because this process is busy make no Engine one that answers on its tick', async t => {
  const { fake, round, bound } = await startSampler(t, 'Enterprise')
  let calls = 0
  fake.handler = request => {
    if (!request.url?.includes('/stats') || calls++ % 5 > 0) return false
    for (const until = performance.now() + 700; performance.now() < until;);
    return false
  }
  await round(20)
  t.equal(await bound(), 16)
})

t.test('asks Podman for all samples in one request, and one by one where a proxy forbids that', async t => {
  const used = { CPUNano: 5, MemUsage: 7, MemLimit: 9, NetInput: 11, NetOutput: 13 }
  const entry = { ContainerID: 'aa', SystemNano: 1e18, ...used }
  const { collector, fake, polled } = await startCollector(t, {
    server: 'Libpod/4.3.1 (linux)', apiVersion: '1.41', containers: containerList([{ id: 'aa' }, { id: 'bb' }])
  })
  let isForbidden = false
  const handler: FakeEngine['handler'] = (request, response) => {
    if (!request.url?.startsWith('/v4.0.0/libpod/containers/stats?stream=false')) return false
    if (isForbidden) response.writeHead(403).end()
    else response.end(JSON.stringify({ Error: null, Stats: [entry] }))
  }
  fake.handler = handler
  await until(() => container(collector, 'aa')?.sample)
  t.match(container(collector, 'aa')?.sample, { cpuNanoseconds: 5, memoryBytes: 7, rxBytes: 13, txBytes: 11 })
  t.match(collector.snapshot, { engine: { kind: 'podman', version: '4.3.1' }, containers: [{}, { sample: null }] })
  t.notOk(fake.requests.some(request => request.includes('/aa/stats')))
  fake.handler = (request, response) => request.url?.includes('libpod') && response.writeHead(500).end('busy')
  await until(() => !collector.snapshot.up)
  t.match(collector.snapshot.error, { code: 'ENGINE_FAILED' })
  isForbidden = true
  fake.handler = handler
  await until(() => container(collector, 'bb')?.sample)
  t.match(container(collector, 'bb')?.sample, { rxBytes: 252, txBytes: 2724 }, 'the other way round, one by one too')
  const native = () => fake.requests.filter(request => request.includes('libpod')).length
  const before = native()
  await polled(2)
  t.equal(native(), before, 'not asked again')
})

t.test('takes longer than its deadline where containers must take turns, and keeps what that brings', async t => {
  const ids = ['aa', 'bb', 'cc', 'dd', 'ee']
  const { collector, fake } = await startCollector(t, {
    containers: containerList(ids.map(id => ({ id }))),
    connections: 1,
    timing: { deadline: 1000, turn: 60_000, staleAfter: 1000 }
  })
  fake.handler = (request, response) => request.url?.includes('/stats') &&
    sleep(400).then(() => response.end(fixture('v28/stats-one-shot.json')))
  await until(() => collector.snapshot.up)
  const { containers, poll: { durationMs, intervalMs } } = collector.snapshot
  t.ok(Number(durationMs) >= 1900 && intervalMs >= 3800, `${durationMs} of ${intervalMs}`)
  t.strictSame(containers.filter(({ sample }) => sample).map(({ id }) => id), ids)
})
