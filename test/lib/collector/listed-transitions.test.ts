import t, { type Test } from 'tap'
import { createFilter } from '../../../lib/collector/filter.ts'
import { container, quick, startCollector, type Started } from '../../support/collector.ts'
import { containerList, detailsOf, type FakeContainer, type FakeEngine } from '../../support/fake-engine.ts'
import { until } from '../../support/until.ts'

const told = ({ snapshots }: Started) =>
  snapshots.flatMap(({ transitions }) => transitions).map(({ container, action, exitCode, detail }) =>
    [container?.name, action, exitCode, detail].filter(value => value != null).join(' '))

const toldAfter = (started: Started, count: number) => until(() => {
  const all = told(started)
  return all.length >= count ? all : null
})

const refusesEvents: FakeEngine['handler'] = (request, response) =>
  request.url?.includes('/events') ? response.writeHead(403).end('Forbidden') : false

/** Starts a collector whose Engine refuses events. `become` changes its containers; states follow the list. */
async function startRefused (t: Test, first: FakeContainer[]) {
  const started = await startCollector(t, { containers: containerList(first) })
  const { fake, collector } = started
  const become = (containers: FakeContainer[], states: Record<string, object> = {}) => {
    const list = containerList(containers)
    for (const entry of JSON.parse(list)) fake.details[entry.Id] = detailsOf(entry, states[entry.Id])
    fake.containers = list
  }
  fake.handler = refusesEvents
  for (const stream of fake.streams) stream.end()
  await until(() => collector.snapshot.events === 'refused' &&
    collector.snapshot.containers.every(({ restartCount }) => restartCount !== null))
  await started.polled()
  return { ...started, become }
}

const up = { StartedAt: '2026-11-23T05:42:02Z' }
const again = { StartedAt: '2026-11-23T06:00:00Z' }

t.test('Where the Engine refuses events, lists and inspections tell what happens', async t => {
  const started = await startRefused(t, [{ id: 'aa' }, { id: 'bb', state: 'exited' }])
  t.strictSame(told(started), [], 'nothing at the start')
  started.become([{ id: 'cc' }, { id: 'aa', state: 'exited' }, { id: 'bb', state: 'exited' }],
    { cc: up, aa: { ExitCode: 3 } })
  t.strictSame((await toldAfter(started, 3)).toSorted(), ['aa die 3', 'cc create', 'cc start'])
  started.become([{ id: 'cc', names: ['/dd'] }, { id: 'bb', state: 'exited' }], { cc: again })
  await until(() => container(started.collector, 'dd')?.startedAt === again.StartedAt)
  t.strictSame((await toldAfter(started, 7)).slice(3).toSorted(), ['aa destroy', 'dd die', 'dd rename cc', 'dd start'])
})

t.test('What changed while such a host was unreachable is told once it is back', async t => {
  const started = await startRefused(t, [{ id: 'aa' }, { id: 'bb' }])
  await started.fake.close()
  await until(() => started.collector.snapshot.up === false)
  started.become([{ id: 'bb' }])
  await started.fake.listen()
  t.match((await toldAfter(started, 4)).toSorted(), ['aa destroy', 'aa die', /^host-down/, 'host-up'])
})

t.test('A filter that hides or shows containers tells nothing', async t => {
  const started = await startRefused(t, [{ id: 'aa' }, { id: 'bb' }])
  const { collector, polled } = started
  const exclude = (...names: string[]) =>
    collector.adjust({ timing: quick, filter: createFilter({ include: [], exclude: names }) })
  exclude('bb')
  await until(() => collector.snapshot.containers.length === 1)
  await polled()
  exclude()
  await until(() => collector.snapshot.containers.length === 2)
  await polled(3)
  t.strictSame(told(started), [])
})

t.test('Events take over without telling anything twice', async t => {
  const started = await startRefused(t, [{ id: 'aa' }])
  const { collector, fake } = started
  fake.handler = null
  await fake.close()
  await until(() => collector.snapshot.up === false)
  await fake.listen()
  await until(() => collector.snapshot.up && collector.snapshot.events === 'live')
  fake.containers = containerList([{ id: 'aa', state: 'exited' }])
  fake.emit('die', 'aa', { exitCode: '5' })
  await toldAfter(started, 3)
  await started.polled(3)
  t.match(told(started), [/^host-down/, 'host-up', 'aa die 5'])
})
