import t, { type Test } from 'tap'
import { conditionOf, heardAtOf, listedOf, recordsOf, type Resume } from '../../../lib/collector/resume.ts'
import { quick, startCollector, type Started } from '../../support/collector.ts'
import { containerList, detailsOf } from '../../support/fake-engine.ts'
import { fixture } from '../../support/fixture.ts'
import { containerSnapshot, hostSnapshot } from '../../support/snapshots.ts'
import { until } from '../../support/until.ts'

const recorded = JSON.parse(fixture('v28/stats-one-shot.json'))

/** The body of stats after some received bytes. */
const statsWith = (rx: number) => JSON.stringify({
  ...recorded, read: new Date().toISOString(), networks: { eth0: { ...recorded.networks.eth0, rx_bytes: rx } }
})

/** All transitions that a collector has told, in short, such as `web die`. */
const told = ({ snapshots }: Started) => snapshots.flatMap(({ transitions }) => transitions)
  .map(({ container, action }) => container ? `${container.name} ${action}` : action)

/** Where a collector ended. */
const endOf = ({ collector: { snapshot }, snapshots }: Started): Resume =>
  ({ snapshot, transitions: snapshots.flatMap(({ transitions }) => transitions) })

const live = ({ collector }: Started) => until(() => collector.snapshot.up && collector.snapshot.events === 'live' &&
  collector.snapshot.containers.every(({ limits, sample, state }) => limits && (sample || state === 'exited')))

type Options = NonNullable<Parameters<typeof startCollector>[1]>

/** Starts a collector, and one that goes on after something has happened in between. */
async function succeed (t: Test, options: Options, { between, later }: {
  between?: (first: Started) => unknown
  later?: Options
} = {}) {
  const first = await startCollector(t, options)
  await live(first)
  await between?.(first)
  await first.collector.stop()
  return { first, start: () => startCollector(t, { ...options, fake: first.fake, resume: endOf(first), ...later }) }
}

const containers = containerList([{ id: 'aa', names: ['/web'] }, { id: 'bb', names: ['/db'], state: 'exited' }])
const slow = { timing: { interval: 60_000 } }

t.test('Increases continue from the last sample of the other collector', async t => {
  const { first, start } = await succeed(t, { containers, stats: { aa: statsWith(1000) }, ...slow })
  t.equal(first.collector.snapshot.containers[0]?.sample?.rxBytesDelta, 1000, 'the whole counter')
  first.fake.stats.aa = statsWith(1500)
  const { collector, snapshots } = await start()
  await until(() => collector.snapshot.containers[0]?.sample?.rxBytes === 1500)
  t.equal(collector.snapshot.containers[0]?.sample?.rxBytesDelta, 500)
  t.ok(Number(collector.snapshot.containers[0]?.sample?.rxBytesPerSecond) > 0)
  t.strictSame(snapshots.map(({ containers }) => containers.length).filter(count => count !== 2), [], 'always shown')
})

t.test('What another collector has inspected is not inspected again', async t => {
  const { first, start } = await succeed(t, { containers })
  const { fake } = first
  fake.requests.length = 0
  const { collector, polled } = await start()
  await polled()
  t.strictSame(fake.requests.filter(path => /containers\/\w+\/json/.test(path)), [])
  t.match(collector.snapshot.containers, first.collector.snapshot.containers
    .map(({ id, name, state, limits, restartCount }) => ({ id, name, state, limits, restartCount })))
  fake.containers = containerList([{ id: 'cc' }, { id: 'aa', names: ['/web'] }, { id: 'bb', names: ['/db'] }])
  fake.emit('create', 'cc', { name: 'cc', image: 'busybox' })
  fake.emit('start', 'bb')
  await until(() => fake.requests.filter(path => /containers\/\w+\/json/.test(path)).length >= 2)
  await until(() => collector.snapshot.containers.map(({ name }) => name).join() === 'cc,web,db')
})

t.test('What another collector has not inspected yet is inspected', async t => {
  const first = await startCollector(t, { containers })
  first.fake.handler = ({ url = '' }) => /containers\/\w+\/json/.test(url) ? undefined : false
  await until(() => first.collector.snapshot.up && first.collector.snapshot.containers.length === 2)
  await first.collector.stop()
  t.strictSame(first.collector.snapshot.containers.map(({ limits }) => limits), [null, null])
  first.fake.handler = null
  first.fake.details = Object.fromEntries(JSON.parse(containers).map((entry: Parameters<typeof detailsOf>[0]) =>
    [entry.Id, detailsOf(entry, { OOMKilled: true })]))
  const second = await startCollector(t, { fake: first.fake, resume: endOf(first) })
  await live(second)
  t.strictSame(second.collector.snapshot.containers.map(({ oomKilled }) => oomKilled), [true, true])
  t.strictSame(told(second), [], 'which says nothing about when that happened')
})

t.test('What happened in between is told once, and what was told before is not', async t => {
  const { first, start } = await succeed(t, { containers, ...slow }, {
    async between ({ fake, snapshots }) {
      fake.emit('oom', 'aa')
      fake.emit('die', 'aa', { exitCode: '1' })
      fake.emit('start', 'aa')
      await until(() => snapshots.flatMap(({ transitions }) => transitions).length === 3)
    }
  })
  const { fake } = first
  fake.emit('pause', 'aa')
  fake.emit('create', 'cc', { name: 'new', image: 'busybox' })
  fake.containers = containerList([{ id: 'cc', names: ['/new'], state: 'created' }, ...['aa', 'bb'].map(id => ({
    id, names: [id === 'aa' ? '/web' : '/db'], state: id === 'aa' ? 'paused' : 'exited'
  }))])
  const second = await start()
  await until(() => told(second).length === 2)
  fake.emit('unpause', 'aa')
  await until(() => told(second).length === 3)
  t.strictSame(told(first), ['web oom', 'web die', 'web start'])
  t.strictSame(told(second), ['web pause', 'new create', 'web unpause'])
  const [, web] = second.collector.snapshot.containers
  t.match(web, { name: 'web', oomEvents: 1 }, 'replayed events do not count twice')
  const counts = second.collector.snapshot.transitionCounts.filter(({ name }) => name === 'web')
    .map(({ action, count }) => `${action} ${count}`)
  t.strictSame(counts.sort(), ['die 1', 'oom 1', 'pause 1', 'start 1', 'unpause 1'])
  t.strictSame(second.snapshots.flatMap(({ containers }) => containers)
    .filter(({ name, state }) => name === 'web' && state === 'exited'), [], 'nor does the past appear again')
})

t.test('What happened in between is told once by lists too, where the Engine refuses events', async t => {
  const started = { StartedAt: '2026-11-23T05:42:02Z' }
  const details = Object.fromEntries(JSON.parse(containers).map((entry: Parameters<typeof detailsOf>[0]) =>
    [entry.Id, detailsOf(entry, started)]))
  const first = await startCollector(t, { containers, details })
  const { fake } = first
  fake.handler = ({ url = '' }, response) => url.includes('/events') ? response.writeHead(403).end() : false
  for (const stream of fake.streams) stream.end()
  await until(() => first.collector.snapshot.events === 'refused' &&
    first.collector.snapshot.containers.every(({ startedAt }) => startedAt !== null))
  await first.polled()
  await first.collector.stop()
  fake.containers = containerList([
    { id: 'cc', names: ['/new'], state: 'created' }, { id: 'aa', names: ['/web'], state: 'exited' }
  ])
  fake.details.aa = detailsOf(JSON.parse(fake.containers)[1], { ...started, ExitCode: 7 })
  const second = await startCollector(t, { fake, resume: endOf(first) })
  await until(() => told(second).length >= 3)
  await second.polled()
  t.strictSame(told(first), [])
  t.strictSame(told(second).sort(), ['db destroy', 'new create', 'web die'])
})

t.test('Health that changes in between is told, and health that does not is not', async t => {
  const healthy = containerList(['web', 'db'].map((name, index) =>
    ({ id: `aa${index}`, names: [`/${name}`], status: 'Up 2 minutes (healthy)' })))
  const details = Object.fromEntries(JSON.parse(healthy).map((entry: Parameters<typeof detailsOf>[0]) =>
    [entry.Id, detailsOf(entry, { Health: { Status: 'healthy' } })]))
  const { first, start } = await succeed(t, { containers: healthy, details, ...slow })
  first.fake.emit('health_status: unhealthy', 'aa0')
  first.fake.emit('health_status: healthy', 'aa1')
  const second = await start()
  await until(() => told(second).length > 0)
  first.fake.emit('pause', 'aa1')
  await until(() => told(second).length > 1)
  t.strictSame(told(second), ['web health', 'db pause'])
})

t.test('A host that is up stays up, without a word', async t => {
  const { first, start } = await succeed(t, { containers })
  const second = await start()
  await second.polled()
  t.strictSame([...told(first), ...told(second)], [])
  t.ok(second.snapshots.every(({ up, error, lastSeen }) => up && error === null && lastSeen !== null))
  t.not(second.collector.snapshot.epoch, first.collector.snapshot.epoch)
})

t.test('An Engine that is down at the takeover is a change once; failed polls are counted on', async t => {
  const { first, start } = await succeed(t, { containers, timing: { backOffMost: 20, staleAfter: 200 } }, {
    between: ({ fake }) => fake.close(),
    later: { timing: { backOffMost: 20, staleAfter: 200 } }
  })
  const { fake } = first
  const second = await start()
  await until(() => second.collector.snapshot.up === false && second.snapshots.length > 2)
  const failures = ({ collector: { snapshot } }: Started) =>
    Object.values(snapshot.pollErrors).reduce((sum, count) => sum + count, 0)
  t.ok(failures(second) > failures(first))
  t.strictSame([...told(first), ...told(second)], ['host-down'])
  fake.emit('die', 'aa')
  fake.containers = containerList([{ id: 'aa', names: ['/web'], state: 'exited' }])
  await fake.listen()
  await until(() => told(second).includes('host-up'))
  t.strictSame([...told(first), ...told(second)].sort(), ['host-down', 'host-up', 'web die'])
})

t.test('The containers of an Engine that hangs at the takeover disappear in time', async t => {
  const { first, start } = await succeed(t, { containers, timing: { staleAfter: 50 } })
  first.fake.handler = () => {}
  const { snapshots } = await start()
  await until(() => snapshots.length > 0)
  t.match(snapshots, [{ up: true, error: null, containers: [], pollErrors: {} }], 'before a poll has failed')
})

t.test('What happened while another collector could not reach the host is told', async t => {
  const timing = { backOffMost: 20, retryFirst: 10 }
  const first = await startCollector(t, { containers, timing })
  await live(first)
  const { fake } = first
  await fake.close()
  await until(() => first.collector.snapshot.up === false)
  fake.emit('die', 'aa')
  await first.collector.stop()
  const { snapshot, transitions } = endOf(first)
  const later = { ...snapshot, atMonotonic: snapshot.atMonotonic + 5000 }
  fake.containers = containerList([{ id: 'aa', names: ['/web'], state: 'exited' }])
  await fake.listen()
  const second = await startCollector(t, { fake, resume: { snapshot: later, transitions }, timing })
  await until(() => told(second).includes('host-up') && told(second).includes('web die'))
})

t.test('A replica that was lost is no error of the host', async t => {
  const lost = { code: 'REPLICA_LOST', message: 'not heard of' }
  t.match(conditionOf(hostSnapshot({ up: true, error: lost })), { up: true, error: null })
  const down = { code: 'ENGINE_REFUSED', message: 'no' }
  t.match(conditionOf(hostSnapshot({ up: false, error: down })), { up: false, error: down })
  const { first } = await succeed(t, { containers })
  const { snapshot, transitions } = endOf(first)
  const resume = { snapshot: { ...snapshot, epoch: `${snapshot.epoch}~`, error: lost }, transitions }
  const second = await startCollector(t, { fake: first.fake, resume, phase: 1, timing: { interval: 200 } })
  second.collector.republish()
  await second.polled(1)
  t.strictSame(told(second), [])
})

t.test('Events are heard of until the snapshot, or until the last poll if there was no event stream', async t => {
  const at = (events: 'live' | 'connecting', lastSeenMonotonic: number | null) =>
    heardAtOf({ snapshot: hostSnapshot({ events, atMonotonic: 9, lastSeenMonotonic }), transitions: [] })
  t.strictSame([at('live', 5), at('connecting', 5), at('connecting', null)], [9, 5, undefined])
})

t.test('Labels and filters are those of the collector that goes on', async t => {
  const labelled = containerList([
    { id: 'aa', names: ['/web'], labels: { team: 'blue' } }, { id: 'bb', names: ['/db'] }
  ])
  const { first, start } = await succeed(t, { containers: labelled, ...slow })
  t.strictSame(first.collector.snapshot.containers.map(({ labels }) => labels), [{}, {}])
  const second = await start()
  second.collector.adjust({ timing: { ...quick, ...slow.timing }, labels: ['team'] })
  await until(() => second.collector.snapshot.containers[0]?.labels.team === 'blue')
})

t.test('The records of a snapshot are in the order in which containers were created', async t => {
  const limits = { cpus: null, memoryBytes: 5, pids: null }
  const snapshot = hostSnapshot({
    containers: [
      containerSnapshot({ id: 'b', name: 'young', labels: { a: 'b' } }),
      containerSnapshot({ id: 'a', name: 'old', limits, oomKilled: true, exitCode: 3, oomEvents: 2 })
    ]
  })
  const [old, young] = recordsOf(snapshot, 77)
  t.match(old, { id: 'a', names: ['/old'], limits, oomKilled: true, exitCode: 3, oomEvents: 2, inspectedAt: 77 })
  t.match(young, { id: 'b', names: ['/young'], labels: { a: 'b' }, started: null })
  const listed = listedOf({ snapshot: { ...snapshot, events: 'refused' }, transitions: [] })
  t.match([...listed ?? []], [['a', { names: ['/old'] }], ['b', undefined]], 'complete ones can be compared')
  t.equal(listedOf({ snapshot, transitions: [] }), null)
  t.notHas(young, 'inspectedAt')
  t.notHas(young, 'limits')
  t.notHas(young, 'oomKilled')
  t.notHas(young, 'sample')
})
