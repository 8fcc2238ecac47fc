import t from 'tap'
import { createFilter } from '../../../lib/collector/filter.ts'
import type { HostSnapshot } from '../../../lib/model/snapshot.ts'
import { container, quick, startCollector, type Started } from '../../support/collector.ts'
import { containerList, detailsOf } from '../../support/fake-engine.ts'
import { until } from '../../support/until.ts'

/** All transitions so far, in short, such as `web die 3`. */
const told = ({ snapshots }: { snapshots: readonly HostSnapshot[] }) =>
  snapshots.flatMap(({ transitions }) => transitions).map(({ container, action, exitCode, health, detail }) =>
    [container?.name, action, exitCode, health, detail].filter(value => value != null).join(' '))

const toldAfter = (started: Started, count: number) => until(() => {
  const all = told(started)
  return all.length >= count ? all : null
})

const live = ({ collector }: Started) => until(() => collector.snapshot.up && collector.snapshot.events === 'live' &&
  collector.snapshot.containers.every(({ restartCount }) => restartCount !== null))

t.test('Events tell what happens to containers, each once, and the start of the service tells nothing', async t => {
  const started = await startCollector(t, {
    containers: containerList([{ id: 'aa', names: ['/web'], status: 'Up 2 minutes (healthy)' }, { id: 'bb' }]),
    timing: { interval: 60_000 }
  })
  const { collector, fake, snapshots } = started
  await live(started)
  t.strictSame(told(started), [])
  const listed = containerList([
    { id: 'cc', names: ['/new'] }, { id: 'aa', names: ['/web'], status: 'Up 2 minutes (healthy)' }, { id: 'bb' }
  ])
  fake.containers = listed
  fake.emit('create', 'cc', { name: 'new', image: 'busybox' })
  fake.emit('start', 'cc', { name: 'new', image: 'busybox' })
  fake.emit('exec_create: sh', 'cc')
  fake.emit('oom', 'aa')
  fake.emit('health_status: unhealthy', 'aa')
  fake.emit('health_status: unhealthy', 'aa')
  fake.emit('health_status: healthy', 'aa')
  fake.emit('pause', 'bb')
  fake.emit('unpause', 'bb')
  fake.emit('die', 'aa', { exitCode: '3' })
  fake.emit('start', 'aa')
  fake.emit('restart', 'aa')
  fake.emit('rename', 'bb', { name: 'dd' })
  fake.emit('destroy', 'cc')
  t.strictSame(await toldAfter(started, 12), [
    'new create', 'new start', 'web oom', 'web health unhealthy', 'web health healthy', 'bb pause', 'bb unpause',
    'web die 3', 'web start', 'web restart', 'dd rename bb', 'new destroy'
  ])
  const all = snapshots.flatMap(({ transitions }) => transitions)
  t.strictSame(all.map(({ id }) => id), all.map(({ id }) => id).toSorted((a, b) => a - b), 'ordered by ID')
  t.equal(new Set(all.map(({ id }) => id)).size, all.length)
  t.match(all[0], { host: 'one', container: { id: 'cc', name: 'new', image: 'busybox' }, at: Number })
  t.match(collector.snapshot.transitionCounts.find(({ name, action }) => name === 'web' && action === 'health'),
    { count: 2 })
})

t.test('A former name is known although an inspection shows the new one first', async t => {
  const started = await startCollector(t, { containers: containerList([{ id: 'aa' }, { id: 'bb' }, { id: 'ee' }]) })
  const { collector, fake } = started
  await live(started)
  fake.containers = containerList([{ id: 'aa', names: ['/cc'] }, { id: 'bb', names: ['/dd'] }, { id: 'ee' }])
  for (const entry of JSON.parse(fake.containers)) {
    fake.details[entry.Id] = detailsOf(entry)
    fake.emit('update', entry.Id)
  }
  await until(() => collector.snapshot.containers.every(({ name }) => ['cc', 'dd', 'ee'].includes(name)))
  fake.emit('rename', 'aa', { name: 'cc' })
  fake.emit('rename', 'bb', { name: 'dd', oldName: '/other' })
  fake.emit('rename', 'ee', { name: 'ee' })
  t.strictSame(await toldAfter(started, 3), ['cc rename aa', 'dd rename other', 'ee rename'])
})

t.test('What happened while the host was unreachable comes from the Engine, once', async t => {
  const started = await startCollector(t, {
    containers: containerList([{ id: 'aa' }]), timing: { startWithin: 0, backOffMost: 20 }
  })
  const { collector, fake } = started
  await live(started)
  fake.emit('die', 'aa', { exitCode: '1' })
  await toldAfter(started, 1)
  await fake.close()
  await until(() => collector.snapshot.up === false)
  fake.emit('start', 'aa')
  fake.emit('die', 'aa', { exitCode: '2' })
  fake.containers = containerList([{ id: 'aa', state: 'exited' }])
  await fake.listen()
  await until(() => collector.snapshot.up)
  t.match(await toldAfter(started, 5), [
    'aa die 1', /^host-down ENGINE_UNREACHABLE: /, 'aa start', 'aa die 2', 'host-up'
  ], 'each once')
})

t.test('A host that is down at the start tells only that it is up', async t => {
  const started = await startCollector(t, { timing: { backOffMost: 20 } })
  await started.fake.close()
  await until(() => started.collector.snapshot.up === false)
  await started.fake.listen()
  await until(() => started.collector.snapshot.up)
  t.match(told(started), ['host-up'])
})

t.test('A container that is gone before its events arrive still tells its end', async t => {
  const started = await startCollector(t, {
    containers: containerList([{ id: 'aa' }, { id: 'bb' }]), timing: { resync: 20 }
  })
  const { collector, fake } = started
  await live(started)
  fake.containers = containerList([{ id: 'bb' }])
  await until(() => !container(collector, 'aa'))
  fake.emit('destroy', 'aa', { name: 'aa' })
  fake.emit('destroy', 'zz', { name: 'unknown' })
  t.strictSame(await toldAfter(started, 1), ['aa destroy'])
})

t.test('A container that restarts all the time leaves room for the others', async t => {
  const started = await startCollector(t, {
    containers: containerList([{ id: 'aa' }, { id: 'bb' }]), timing: { interval: 60_000, settle: 50 }
  })
  const { collector, fake } = started
  await live(started)
  fake.emit('die', 'bb', { exitCode: '9' })
  for (let index = 0; index < 300; index++) fake.emit(index % 2 ? 'start' : 'die', 'aa', { exitCode: '1' })
  await until(() => collector.snapshot.transitionCounts.reduce((sum, { count }) => sum + count, 0) === 301)
  t.ok(told(started).includes('bb die 9'))
  t.strictSame(collector.snapshot.transitionCounts, [
    { name: 'bb', action: 'die', count: 1 }, { name: 'aa', action: 'die', count: 150 },
    { name: 'aa', action: 'start', count: 150 }
  ])
})

t.test('Hidden containers tell nothing', async t => {
  const started = await startCollector(t, { containers: containerList([{ id: 'aa' }, { id: 'bb' }]) })
  const { collector, fake } = started
  collector.adjust({ timing: { ...quick, interval: 60_000 }, filter: createFilter({ include: [], exclude: ['bb'] }) })
  await until(() => collector.snapshot.containers.length === 1 && collector.snapshot.events === 'live')
  fake.emit('die', 'bb', { exitCode: '1' })
  fake.emit('rename', 'aa', { name: 'bb' })
  fake.emit('destroy', 'bb')
  fake.emit('create', 'cc', { name: 'cc' })
  t.strictSame(await toldAfter(started, 1), ['cc create'])
})

t.test('Podman reports every health check, but the service tells only changes', async t => {
  const started = await startCollector(t, {
    server: 'Libpod/5.2.3 (linux)', apiVersion: '1.41', containers: containerList([{ id: 'aa' }])
  })
  const { fake } = started
  const [entry] = JSON.parse(fake.containers)
  const check = (Status: string) => {
    fake.details.aa = detailsOf(entry, { Health: { Status } })
    fake.emit('health_status', 'aa')
  }
  check('healthy')
  await until(() => started.collector.snapshot.containers[0]?.health === 'healthy')
  check('healthy')
  check('unhealthy')
  t.strictSame(await toldAfter(started, 1), ['aa health unhealthy'])
  check('unhealthy')
  check('healthy')
  t.strictSame(await toldAfter(started, 2), ['aa health unhealthy', 'aa health healthy'])
})
