import t, { type Test } from 'tap'
import { backOff, Collector, timingOf, type CollectorTiming } from '../../../lib/collector/collector.ts'
import { EngineClient, type EngineLimits } from '../../../lib/engine/client.ts'
import { containerList, startFakeEngine, type FakeEngine, type FakeEngineOptions } from '../../fake-engine.ts'
import { fixture } from '../../fixture.ts'
import { until } from '../../until.ts'

const quick: CollectorTiming = { ...timingOf(10), infoEvery: 0, infoRetry: 0 }

interface Started {
  collector: Collector
  fake: FakeEngine
  log: string[]
  /** Resolves when `polls` more lists have been asked and their snapshot is there. */
  polled (polls?: number): Promise<void>
}

interface Options extends FakeEngineOptions {
  timing?: Partial<CollectorTiming>
  limits?: Partial<EngineLimits>
}

async function start (t: Test, { timing, limits, ...options }: Options = {}): Promise<Started> {
  const fake = await startFakeEngine(t, options)
  const engine = new EngineClient(fake.address, limits)
  const log: string[] = []
  const write = (level: string) => (_fields: object, message: string) => { log.push(`${level} ${message}`) }
  const collector = new Collector({
    host: 'one', engine, timing: { ...quick, ...timing }, log: { info: write('info'), warn: write('warn') }
  })
  t.teardown(async () => {
    await collector.stop()
    await engine.close()
  })
  const polled = async (polls = 2) => {
    const goal = collector.snapshot.version + polls
    await until(() => collector.snapshot.version >= goal)
  }
  collector.start()
  return { collector, fake, log, polled }
}

const container = (collector: Collector, name: string) =>
  collector.snapshot.containers.find(entry => entry.name === name)

const withNetwork = (rx: number, tx: number) => JSON.stringify({
  ...JSON.parse(fixture('stats-one-shot.json')), networks: { eth0: { rx_bytes: rx, tx_bytes: tx } }
})

t.test('knows nothing before the first poll', async t => {
  const engine = new EngineClient('unix:///none')
  const log = { info () {}, warn () {} }
  t.match(new Collector({ host: 'one', engine, timing: quick, log }).snapshot, {
    host: 'one', version: 0, up: false, error: null, lastSeen: null, engine: null, containers: []
  })
})

t.test('keeps every container in the order of the Engine, samples the running and paused ones', async t => {
  const states = ['running', 'paused', 'exited', 'created', 'restarting', 'removing', 'dead']
  const { collector, fake, log } = await start(t, {
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
  t.strictSame(log, [`info engine reached at ${fake.address}, 7 containers`])
})

t.test('a snapshot is frozen and survives being written down', async t => {
  const { collector, polled } = await start(t, { containers: containerList([{ id: 'aa' }]) })
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

t.test('counts bytes since the poll before', async t => {
  const { collector, fake, polled } = await start(t, {
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
    const { collector, fake, log } = await start(t, { containers: containerList([{ id: 'aa' }, { id: 'bb' }]) })
    fake.handler = (request, response) => {
      response.setHeader('Api-Version', '1.51')
      if (request.url?.includes('aa/stats')) response.writeHead(statusCode).end('{"message":"No such container: aa"}')
      else if (request.url?.includes('stats')) response.end(fixture('stats-one-shot.json'))
      else response.end(request.url?.includes('info') ? fake.info : fake.containers)
    }
    await until(() => collector.snapshot.containers.length === 1)
    t.match(collector.snapshot, { up: true, error: null, containers: [{ id: 'bb' }] })
    t.notOk(log.some(line => line.startsWith('warn')))
  }
})

t.test('keeps the row of a container that gives no stats', async t => {
  const { collector, fake, log, polled } = await start(t, {
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

t.test('a sample that is too old stands in no longer', async t => {
  const { collector, fake } = await start(t, { containers: containerList([{ id: 'aa' }]), timing: { staleAfter: 50 } })
  await until(() => container(collector, 'aa')?.sample)
  fake.stats.aa = fixture('stats-exited.json')
  await until(() => container(collector, 'aa')?.sample === null)
  t.match(collector.snapshot, { up: true, containers: [{ state: 'running', sample: null }] })
})

t.test('asks as many stats at a time as the Engine answers at once', async t => {
  const cases = [['Docker/28.5.2 (linux)', 16], ['Docker/20.10.24 (linux)', 100]] as const
  for (const [server, expected] of cases) {
    const containers = containerList(Array.from({ length: 100 }, (_, index) => ({ id: `c${index}` })))
    const { collector, fake } = await start(t, { server, containers, timing: { interval: 60_000 } })
    let waiting: (() => void)[] = []
    let most = 0
    fake.handler = (request, response) => {
      response.setHeader('Server', server).setHeader('Api-Version', '1.51')
      if (!request.url?.includes('/stats')) {
        response.end(request.url?.includes('info') ? fake.info : containers)
        return
      }
      waiting.push(() => response.end(fixture('stats-one-shot.json')))
      most = Math.max(most, waiting.length)
      if (waiting.length === 1) setTimeout(tick, 50)
    }
    function tick () {
      for (const answer of waiting) answer()
      waiting = []
    }
    await until(() => collector.snapshot.up)
    t.equal(most, expected, server)
    t.equal(collector.snapshot.containers.filter(({ sample }) => sample).length, 100)
  }
})

t.test('a host out of reach keeps its last containers until they are stale, and comes back', async t => {
  const { collector, fake, log, polled } = await start(t, {
    containers: containerList([{ id: 'aa' }]), timing: { staleAfter: 200 }
  })
  await until(() => collector.snapshot.up)
  await fake.close()
  await until(() => !collector.snapshot.up)
  const { lastSeen } = collector.snapshot
  t.match(collector.snapshot, { error: /^ENGINE_/, containers: [{ id: 'aa' }], engine: { cpus: 2 } })
  await until(() => collector.snapshot.containers.length === 0)
  t.match(collector.snapshot, { up: false, error: 'ENGINE_UNREACHABLE', lastSeen, engine: { cpus: 2 } })
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
  const { collector, fake } = await start(t, { containers: containerList([{ id: 'aa' }]) })
  await until(() => collector.snapshot.up)
  fake.handler = (request, response) => {
    response.setHeader('Api-Version', '1.51')
    if (request.url?.includes('/stats')) request.socket.destroy()
    else response.end(fake.containers)
  }
  await until(() => !collector.snapshot.up)
  t.match(collector.snapshot, { error: 'ENGINE_DISCONNECTED', containers: [{ id: 'aa' }] })
})

t.test('a poll ends at its deadline', async t => {
  const { collector, fake } = await start(t, { timing: { deadline: 100 } })
  fake.handler = () => {}
  await until(() => collector.snapshot.error)
  t.match(collector.snapshot, { up: false, error: 'ENGINE_TIMEOUT' })
})

t.test('goes on without /info where a proxy forbids it', async t => {
  const { collector, fake, log } = await start(t, { timing: { infoRetry: 60_000 } })
  await until(() => collector.snapshot.up)
  const before = fake.requests.length
  fake.handler = (request, response) => {
    response.setHeader('Api-Version', '1.51')
    response.statusCode = request.url?.endsWith('/info') ? 403 : 200
    response.end('[]')
  }
  await until(() => fake.requests.slice(before).filter(request => request.includes('json')).length > 2)
  t.ok(collector.snapshot.up)
  t.match(log.at(-1), /^warn CPUs and memory of the host stay unknown: .*Set INFO=1 at the proxy$/)
  const asked = fake.requests.slice(before).filter(request => request.includes('info'))
  t.equal(asked.length, 1, 'not at every poll')
})

t.test('an /info that fails otherwise fails the poll', async t => {
  const { collector, fake } = await start(t)
  fake.info = 'not JSON'
  await until(() => collector.snapshot.error)
  t.match(collector.snapshot, { up: false, error: 'ENGINE_BAD_ANSWER' })
})

t.test('stops in the middle of a poll', async t => {
  const { collector, fake, log } = await start(t)
  fake.handler = () => {}
  const asked = fake.requests.length
  await until(() => fake.requests.length > asked)
  const { version } = collector.snapshot
  await collector.stop()
  t.equal(collector.snapshot.version, version)
  t.notOk(log.some(line => line.startsWith('warn')))
})

t.test('backs off to a minute, with jitter, never below the interval', async t => {
  for (const [failures, least, most] of [[1, 5000, 5000], [2, 7500, 10_000], [3, 15_000, 20_000], [9, 45_000, 60_000]]) {
    for (let times = 0; times < 50; times++) {
      const delay = backOff(Number(failures), 5000)
      t.ok(delay >= Number(least) && delay <= Number(most), `${failures} failures: ${delay}`)
    }
  }
  t.equal(backOff(1, 300_000), 300_000, 'longer intervals stay')
  t.match(timingOf(5000), { interval: 5000, staleAfter: 30_000 })
  t.match(timingOf(20_000), { interval: 20_000, staleAfter: 60_000 })
})
