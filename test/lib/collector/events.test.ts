import t from 'tap'
import { container, fixedLimits, startCollector } from '../../support/collector.ts'
import { containerList, detailsOf } from '../../support/fake-engine.ts'
import { until } from '../../support/until.ts'

t.test('events update the containers at once, without a list or a poll', async t => {
  const slow = { interval: 60_000 }
  const { collector, fake } = await startCollector(t, { containers: containerList([{ id: 'aa' }]), timing: slow })
  await until(() => collector.snapshot.up && collector.snapshot.events === 'live')
  const lists = () => fake.requests.filter(request => request.includes('/containers/json')).length
  const before = lists()
  const states = () => Object.fromEntries(collector.snapshot.containers.map(({ name, state }) => [name, state]))

  fake.containers = containerList([{ id: 'bb', state: 'running', networkMode: 'edge' }, { id: 'aa' }])
  fake.emit('create', 'bb', { name: 'bb', image: 'busybox' })
  fake.emit('start', 'bb', { name: 'bb', image: 'busybox' })
  await until(() => container(collector, 'bb')?.networkMode === 'edge')
  t.strictSame(collector.snapshot.containers.map(({ id }) => id), ['bb', 'aa'], 'newest first')
  t.strictSame(states(), { bb: 'running', aa: 'running' })

  const [list] = JSON.parse(containerList([{ id: 'aa', state: 'exited' }]))
  fake.details.aa = detailsOf(list, { ExitCode: 137, OOMKilled: true, StartedAt: '2026-11-23T05:42:02Z' })
  fake.emit('oom', 'aa')
  fake.emit('die', 'aa', { exitCode: '137' })
  await until(() => container(collector, 'aa')?.startedAt)
  t.match(container(collector, 'aa'), {
    state: 'exited', exitCode: 137, oomKilled: true, startedAt: '2026-11-23T05:42:02Z', restartCount: 0, sample: null
  })

  const renamed = { ...list, Id: 'bb', Names: ['/cc'], State: 'running' }
  fake.details.bb = detailsOf(renamed, { Health: { Status: 'unhealthy' } })
  fake.emit('rename', 'bb', { name: 'cc' })
  fake.emit('health_status: unhealthy', 'bb')
  await until(() => container(collector, 'cc')?.health === 'unhealthy')

  fake.emit('destroy', 'aa')
  await until(() => collector.snapshot.containers.length === 1)
  t.equal(lists(), before, 'no list was requested')
})

t.test('inspects once per start, not per poll, and ignores irrelevant events', async t => {
  const { collector, fake, polled } = await startCollector(t, { containers: containerList([{ id: 'aa' }]) })
  await until(() => collector.snapshot.events === 'live' && collector.snapshot.up)
  const inspections = () => fake.requests.filter(request => request.includes('/aa/json')).length
  for (const action of ['exec_create: sh', 'exec_start: sh', 'exec_die', 'attach', 'kill', 'stop', 'restart', 'top']) {
    fake.emit(action, 'aa')
  }
  await polled(5)
  t.equal(inspections(), 1)
  fake.emit('start', 'aa')
  await until(() => inspections() === 2)
})

t.test('shows the change from an event even if the inspection hangs', async t => {
  const { collector, fake } = await startCollector(t, {
    containers: containerList([{ id: 'aa' }]), timing: { interval: 60_000 }
  })
  await until(() => container(collector, 'aa')?.restartCount === 0)
  fake.handler = request => request.url?.endsWith('/aa/json') ? undefined : false
  fake.containers = containerList([{ id: 'aa', state: 'paused' }])
  fake.emit('pause', 'aa')
  t.ok(await until(() => container(collector, 'aa')?.state === 'paused'))
  fake.handler = null
})

t.test('removes a container that no longer exists when it is inspected', async t => {
  const { collector, fake } = await startCollector(t, {
    containers: containerList([{ id: 'aa' }]), timing: { interval: 60_000 }
  })
  await until(() => collector.snapshot.up)
  fake.emit('create', 'bb', { name: 'bb' })
  await until(() => fake.requests.some(request => request.includes('/bb/json')))
  t.ok(await until(() => !container(collector, 'bb')))
})

t.test('a list makes up for missed events, and reopens the stream that missed them', async t => {
  const { collector, fake } = await startCollector(t, {
    containers: containerList([{ id: 'aa' }]), timing: { resync: 50 }
  })
  await until(() => collector.snapshot.events === 'live')
  const streams = () => fake.requests.filter(request => request.includes('/events')).length
  const before = streams()
  fake.containers = containerList([{ id: 'aa', state: 'paused' }, { id: 'bb', status: 'Up 2 seconds (healthy)' }])
  await until(() => container(collector, 'bb') && container(collector, 'aa')?.state === 'paused')
  t.ok(await until(() => streams() > before && collector.snapshot.events === 'live'))
})

t.test('reopens a stream that ends with since, and lists because events may be missing', async t => {
  const { collector, fake } = await startCollector(t, {
    containers: containerList([{ id: 'aa' }]), timing: { interval: 60_000 }
  })
  await until(() => collector.snapshot.up && fake.streams.size === 1)
  fake.containers = containerList([{ id: 'aa', state: 'paused' }])
  for (const stream of fake.streams) stream.destroy()
  await until(() => container(collector, 'aa')?.state === 'paused' && collector.snapshot.events === 'live')
  const since = fake.requests.map(request => Number(/since=([\d.]+)/.exec(request)?.[1])).filter(Boolean)
  t.equal(since.length, 2)
  t.ok(since.every(seconds => Math.abs(Date.now() / 1000 - seconds) < 60), since.join())
  t.ok(collector.snapshot.up)
})

t.test('reopens the stream periodically, without a list', async t => {
  const { collector, fake } = await startCollector(t, { timing: { interval: 60_000, streamAge: 50 } })
  const asked = (what: string) => fake.requests.filter(request => request.includes(what)).length
  await until(() => collector.snapshot.up && asked('/events') > 2)
  const lists = asked('/containers/json')
  await until(() => asked('/events') > 4)
  t.equal(asked('/containers/json'), lists)
})

t.test('lists at every poll until the stream is open', async t => {
  const { collector, fake, polled } = await startCollector(t, {
    hasEvents: false, timing: { openWithin: 10, retryFirst: 60_000 }
  })
  await until(() => collector.snapshot.up)
  const before = fake.requests.length
  await polled(3)
  t.equal(collector.snapshot.events, 'refused')
  t.ok(fake.requests.slice(before).filter(request => request.includes('/containers/json')).length >= 3)
})

t.test('inspections do not delay polls, however many and slow they are', async t => {
  const containers = containerList(Array.from({ length: 600 }, (_, index) => ({ id: `c${index}`, state: 'exited' })))
  const { collector, fake, polled } = await startCollector(t, { timing: { limits: fixedLimits(500) } })
  fake.handler = request => /\/c\d+\/json$/.test(request.url ?? '') ? undefined : false
  await until(() => collector.snapshot.up)
  fake.containers = containers
  for (let index = 0; index < 600; index++) fake.emit('create', `c${index}`, { name: `c${index}` })
  await until(() => collector.snapshot.containers.length === 600)
  await polled(3)
  t.ok(collector.snapshot.up)
  fake.handler = null
  await until(() => collector.snapshot.containers.some(({ state }) => state === 'exited'))
})

t.test('limits a flood of unknown containers, and lists to find out which exist', async t => {
  const { collector, fake, snapshots } = await startCollector(t, { containers: containerList([{ id: 'aa' }]) })
  await until(() => collector.snapshot.events === 'live' && collector.snapshot.up)
  const lists = () => fake.requests.filter(request => request.includes('/containers/json')).length
  const before = lists()
  for (let index = 0; index < 3000; index++) fake.emit('start', `c${index}`, { name: `c${index}` })
  await until(() => lists() > before && collector.snapshot.containers.length === 1)
  t.ok(snapshots.every(({ containers }) => containers.length <= 1001))
  t.equal(fake.requests.filter(request => request.includes('/events')).length, 1, 'the stream stayed open')
})
