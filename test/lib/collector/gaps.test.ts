import t from 'tap'
import { container, startCollector } from '../../support/collector.ts'
import { containerList } from '../../support/fake-engine.ts'
import { until } from '../../support/until.ts'

t.test('an event stream that keeps ending at once causes few extra requests', async t => {
  const containers = containerList(Array.from({ length: 50 }, (_, index) => ({ id: `c${index}` })))
  const { collector, fake } = await startCollector(t, {
    containers, timing: { interval: 1000, retryFirst: 1000, steadyAfter: 10_000, settle: 100 }
  })
  fake.handler = (request, response) => request.url?.includes('/events') && response.end()
  const asked = (what: RegExp) => fake.requests.filter(request => what.test(request)).length
  await until(() => collector.snapshot.containers.filter(({ restartCount }) => restartCount === 0).length === 50)
  fake.requests.length = 0
  const begun = performance.now()
  await until(() => performance.now() - begun > 8000)
  const polls = asked(/c0\/stats/)
  const besides = fake.requests.length - asked(/stats/) - polls // a list belongs to each poll
  t.ok(polls >= 5, `${polls} polls`)
  t.ok(besides <= 2 * 8, `${besides} requests besides them, ${asked(/events/)} for events`)
  const problem = { what: 'events', code: 'ENGINE_DISCONNECTED', message: /ended the stream at once/ }
  t.match(collector.snapshot.problems, [problem])
})

t.test('after a gap in the events, inspects only containers that differ in the list', async t => {
  const list = (restarted: string) => containerList(['aa', 'bb', 'cc'].map(id =>
    ({ id, status: id === restarted ? 'Up 1 second' : 'Up 10 minutes' })))
  const { collector, fake, polled } = await startCollector(t, { containers: list('') })
  const inspections = () =>
    fake.requests.filter(request => /\/\w\w\/json$/.test(request)).map(path => path.slice(-7, -5))
  await until(() => inspections().length === 3 && collector.snapshot.events === 'live')
  fake.containers = list('bb')
  for (const stream of fake.streams) stream.destroy()
  await until(() => inspections().length === 4)
  await polled(3)
  t.strictSame(inspections().slice(3), ['bb'])
})

t.test('reopens a stream that misses changes, unless it has just been opened', async t => {
  const { collector, fake, polled } = await startCollector(t, {
    containers: containerList([{ id: 'aa' }]), timing: { resync: 30, steadyAfter: 500 }
  })
  const streams = () => fake.requests.filter(request => request.includes('/events')).length
  await until(() => collector.snapshot.events === 'live')
  fake.containers = containerList([{ id: 'aa', state: 'paused' }])
  await until(() => container(collector, 'aa')?.state === 'paused')
  await polled(2)
  t.equal(streams(), 1)
  await until(() => fake.requests.length > 150)
  fake.containers = containerList([{ id: 'aa' }])
  t.ok(await until(() => streams() > 1))
})
