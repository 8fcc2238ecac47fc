import { setMaxListeners } from 'node:events'
import { setImmediate, setTimeout as sleep } from 'node:timers/promises'
import t, { type Test } from 'tap'
import { Sampler } from '../../../lib/collector/sampler.ts'
import { EngineClient } from '../../../lib/engine/client.ts'
import { container, fixedLimits, quick, startCollector } from '../../support/collector.ts'
import { containerList, startFakeEngine, type FakeEngine } from '../../support/fake-engine.ts'
import { fixture } from '../../support/fixture.ts'
import { until } from '../../support/until.ts'

const withNetwork = (rx: number, tx: number) => JSON.stringify({
  ...JSON.parse(fixture('stats-one-shot.json')), networks: { eth0: { rx_bytes: rx, tx_bytes: tx } }
})

t.test('counts bytes since the previous poll', async t => {
  const { collector, fake, polled } = await startCollector(t, {
    containers: containerList([{ id: 'aa' }]), stats: { aa: withNetwork(1000, 100) }, timing: { interval: 100 }
  })
  const deltas = () => {
    const { rxBytesDelta, txBytesDelta } = container(collector, 'aa')?.sample ?? {}
    return [rxBytesDelta, txBytesDelta]
  }
  await until(() => collector.snapshot.up)
  t.strictSame(deltas(), [1000, 100], 'initially the whole counter')
  await polled(1)
  t.strictSame(deltas(), [0, 0])
  fake.stats.aa = withNetwork(1500, 130)
  await polled(1)
  t.strictSame(deltas(), [500, 30])
  fake.stats.aa = withNetwork(70, 131)
  await polled(1)
  t.strictSame(deltas(), [70, 1], 'the new counter after a reset')
})

t.test('removes a container that vanishes during a poll, without failing the poll', async t => {
  const { collector, fake, log } = await startCollector(t, { containers: containerList([{ id: 'aa' }, { id: 'bb' }]) })
  fake.handler = (request, response) => request.url?.includes('aa/stats') &&
    response.writeHead(404).end('{"message":"No such container: aa"}')
  await until(() => collector.snapshot.containers.length === 1)
  t.match(collector.snapshot, { up: true, error: null, problems: [], containers: [{ id: 'bb' }] })
  t.notOk(log.some(line => line.startsWith('warn')))
})

t.test('keeps containers if an error does not come from the Engine', async t => {
  const answers = [
    [404, '<h1>404 Not Found</h1>', 'NOT_FOUND'], [404, '{"message":"page not found"}', 'NOT_FOUND'],
    [409, '{"message":"conflict"}', 'FAILED'], [403, 'Forbidden', 'FORBIDDEN'], [200, '{"message":"x"}', 'FAILED']
  ] as const
  for (const [statusCode, body, code] of answers) {
    const { collector, fake, polled } = await startCollector(t, {
      containers: containerList([{ id: 'aa' }, { id: 'bb' }])
    })
    fake.handler = (request, response) => request.url?.includes('/stats') && response.writeHead(statusCode).end(body)
    await until(() => collector.snapshot.up)
    await polled(3)
    t.match(collector.snapshot, {
      up: true, containers: [{ id: 'aa' }, { id: 'bb' }], problems: [{ what: 'stats', code: `ENGINE_${code}` }]
    }, `${statusCode} ${body}`)
    t.strictSame(collector.snapshot.problems[0]?.containers, ['aa', 'bb'])
  }
})

t.test('keeps a container without stats', async t => {
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
    }, 'shows the last sample')
  }
  const warnings = log.filter(line => line.startsWith('warn'))
  t.match(warnings, [/failed for aa: .*aa\/stats: .*not JSON/, /failed for bb: .*bb\/stats: .*invalid id: id is empty/])
  t.equal(warnings.length, 2, 'each is logged once')
  fake.stats = {}
  await until(() => collector.snapshot.problems.length === 0)
  t.match(log.slice(-2), [/^info "stats" works again/, /^info "stats" works again/])
})

t.test('a container that stops running has no sample', async t => {
  const { collector, fake } = await startCollector(t, { hasEvents: false, containers: containerList([{ id: 'aa' }]) })
  await until(() => container(collector, 'aa')?.sample)
  fake.containers = containerList([{ id: 'aa', state: 'exited' }])
  await until(() => container(collector, 'aa')?.state === 'exited')
  t.equal(container(collector, 'aa')?.sample, null)
  t.notOk(fake.requests.slice(-1)[0]?.includes('/stats'))
})

t.test('does not show a sample that is too old', async t => {
  const { collector, fake } = await startCollector(t, {
    containers: containerList([{ id: 'aa' }]), timing: { staleAfter: 50 }
  })
  await until(() => container(collector, 'aa')?.sample)
  fake.stats.aa = fixture('stats-exited.json')
  await until(() => container(collector, 'aa')?.sample === null)
  t.match(collector.snapshot, { up: true, containers: [{ state: 'running', sample: null }] })
  await until(() => collector.snapshot.problems.length > 0)
  t.match(collector.snapshot.problems, [{ what: 'stats', code: 'ENGINE_FAILED', message: /200 without a sample/ }])
})

const hundred = containerList(Array.from({ length: 100 }, (_, index) => ({ id: `c${index}` })))

/** Holds back all stats responses; `tick` releases the pending ones. */
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

t.test('makes as many concurrent stats calls as suit the Engine', async t => {
  const cases = [['Docker/28.5.2 (linux)', 16], ['Docker/20.10.24 (linux)', 100]] as const
  for (const [server, expected] of cases) {
    const timing = { interval: 60_000, limits: fixedLimits(60_000) }
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

t.test('quarantines only the container whose stats hang', async t => {
  const { collector, fake, log, polled } = await startCollector(t, {
    containers: containerList([{ id: 'aa' }, { id: 'bb' }]),
    timing: { limits: fixedLimits(2000), hungFirst: 60_000 }
  })
  fake.handler = request => request.url?.includes('aa/stats') ? undefined : false
  await until(() => collector.snapshot.up)
  t.match(container(collector, 'bb'), { sample: { cpuNanoseconds: Number } })
  await polled(3)
  t.equal(fake.requests.filter(request => request.includes('aa/stats')).length, 1)
  t.ok(fake.requests.filter(request => request.includes('bb/stats')).length > 2)
  t.match(container(collector, 'aa'), { state: 'running', sample: null })
  t.match(collector.snapshot.problems, [{ what: 'stats', code: 'ENGINE_TIMEOUT', containers: ['aa'] }])
  t.match(log, [/^info Connected to host/, /^warn .*"stats" failed for aa: /])
  t.equal(log.length, 2)
})

t.test('retries a container whose stats hang', async t => {
  const { fake } = await startCollector(t, {
    containers: containerList([{ id: 'aa' }]), timing: { limits: fixedLimits(20), hungFirst: 10, hungMost: 20 }
  })
  fake.handler = request => request.url?.includes('aa/stats') ? undefined : false
  t.ok(await until(() => fake.requests.filter(request => request.includes('aa/stats')).length === 3))
})

t.test('samples a container at once if it was stopped since its stats hung', async t => {
  const fake = await startFakeEngine(t, { containers: containerList([{ id: 'aa' }]) })
  const engine = new EngineClient({ address: fake.address })
  t.teardown(() => engine.close())
  const sampler = new Sampler(engine, { ...quick, limits: fixedLimits(50) })
  const { signal } = new AbortController()
  setMaxListeners(0, signal)
  const round = (ids: string[]) => sampler.round(ids, signal)
  fake.handler = request => request.url?.includes('/stats') ? undefined : false
  t.equal((await round(['aa'])).failures.size, 1)
  fake.handler = null
  t.equal((await round(['aa'])).answered.size, 0, 'in quarantine')
  await round([])
  t.equal((await round(['aa'])).answered.size, 1)
})

t.test('if all stats hang on an Engine that answers on its tick, makes few calls until one succeeds', async t => {
  const { collector, fake, polled } = await startCollector(t, {
    server: 'Docker/20.10.24 (linux)',
    containers: containerList([{ id: 'aa' }, { id: 'bb' }, { id: 'cc' }]),
    timing: { limits: fixedLimits(50) }
  })
  fake.handler = request => request.url?.includes('/stats') ? undefined : false
  await until(() => collector.snapshot.poll.isStalled)
  fake.requests.length = 0
  await polled(2)
  const asked = fake.requests.filter(request => request.includes('/stats'))
  t.ok(asked.length >= 2 && asked.length <= 3, `${asked.length} in two polls`)
  t.ok(collector.snapshot.up)
  fake.handler = null
  await until(() => !collector.snapshot.poll.isStalled && container(collector, 'cc')?.sample)
})

async function startSampler (t: Test, server: string) {
  const fake = await startFakeEngine(t, { server, containers: hundred })
  const engine = new EngineClient({ address: fake.address })
  t.teardown(() => engine.close())
  const sampler = new Sampler(engine, { ...quick, limits: fixedLimits(60_000) })
  const { signal } = new AbortController()
  setMaxListeners(0, signal)
  const ids = Array.from({ length: 100 }, (_, index) => `c${index}`)
  const round = (calls = ids.length) => sampler.round(ids.slice(0, calls), signal)

  /** Measures how many concurrent calls a round makes. */
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

t.test('measures whether an Engine of unknown version answers on its tick', async t => {
  const { round, bound } = await startSampler(t, 'Enterprise')
  t.equal(await bound(), 16)
  await until(async () => await bound() > 16)
  await until(async () => {
    for (let rounds = 0; rounds < 3; rounds++) await round()
    return await bound() === 16
  })
})

t.test('does not infer direct mode from a round just before a tick', async t => {
  const { round, bound } = await startSampler(t, 'Docker/20.10.24 (linux)')
  for (let times = 0; times < 2; times++) {
    await round()
    t.equal(await bound(), 100)
  }
})

t.test('does not infer ticked mode while the event loop is busy', async t => {
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

t.test('takes as long as needed if few connections are available', async t => {
  const ids = ['aa', 'bb', 'cc', 'dd', 'ee']
  const { collector, fake } = await startCollector(t, {
    containers: containerList(ids.map(id => ({ id }))), connections: 1, timing: { staleAfter: 1000 }
  })
  fake.handler = (request, response) => request.url?.includes('/stats') &&
    sleep(400).then(() => response.end(fixture('v28/stats-one-shot.json')))
  await until(() => collector.snapshot.up)
  const { containers, poll: { durationMs, intervalMs } } = collector.snapshot
  t.ok(Number(durationMs) >= 1900 && intervalMs >= 3800, `${durationMs} of ${intervalMs}`)
  t.strictSame(containers.filter(({ sample }) => sample).map(({ id }) => id), ids)
})
