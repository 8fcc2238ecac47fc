import t from 'tap'
import { container, startCollector } from '../support/collector.ts'
import { containerList } from '../support/fake-engine.ts'
import { until } from '../support/until.ts'

const { now } = Date
let offset = 0
t.intercept(Date, 'now', { value: () => now.call(Date) + offset })

const hour = 3_600_000

t.test('the containers of a lost host expire in time, whatever the clock does', async t => {
  for (const hours of [-1, 1, -720, 720]) {
    const { collector, fake } = await startCollector(t, {
      containers: containerList([{ id: 'aa' }]), timing: { staleAfter: 300 }
    })
    await until(() => collector.snapshot.up)
    await fake.close()
    await until(() => collector.snapshot.up === false)
    const begun = performance.now()
    offset = hours * hour
    t.ok(container(collector, 'aa'), 'a step forward does not end them early')
    await until(() => !container(collector, 'aa'))
    t.ok(performance.now() - begun < 5000, 'a step back does not keep them')
    await fake.listen()
    await until(() => collector.snapshot.up && container(collector, 'aa')?.sample)
    offset = 0
  }
})

t.test('lists, inspections and retries stay on schedule, whatever the clock does', async t => {
  const { collector, fake } = await startCollector(t, {
    containers: containerList([{ id: 'aa' }]),
    timing: { resync: 50, hungFirst: 50, hungMost: 50, refusedRetry: 100 }
  })
  await until(() => collector.snapshot.up && container(collector, 'aa')?.restartCount === 0)
  fake.handler = (request, response) =>
    (request.url?.endsWith('/info') && response.writeHead(403).end()) ||
    (request.url?.endsWith('/aa/json') && response.writeHead(500).end())
  fake.emit('update', 'aa')
  const asked = (what: string) => fake.requests.filter(request => request.endsWith(what)).length
  for (const hours of [-1, 1, -720, 720, 0]) {
    offset = hours * hour
    const before = ['json?all=1', '/info', '/aa/json'].map(asked)
    await until(() => ['json?all=1', '/info', '/aa/json'].every((what, index) => asked(what) > Number(before[index])))
  }
  t.match(collector.snapshot, { up: true })
})
