import t from 'tap'
import { container, fixedLimits, startCollector } from '../../support/collector.ts'
import { containerList, detailsOf, type FakeEngine } from '../../support/fake-engine.ts'
import { fixture } from '../../support/fixture.ts'
import { until } from '../../support/until.ts'

const many = (count: number) => Array.from({ length: count }, (_, index) => ({ id: `c${index}` }))
const inspections = (fake: FakeEngine, id = '\\w+') =>
  fake.requests.filter(request => new RegExp(`/containers/${id}/json$`).test(request)).length

t.test('retries a failed inspection after a while', async t => {
  const { collector, fake } = await startCollector(t, {
    containers: containerList([{ id: 'aa' }]), timing: { hungFirst: 50, hungMost: 50 }
  })
  fake.handler = (request, response) => request.url?.endsWith('/aa/json') && response.writeHead(500).end('{}')
  await until(() => inspections(fake) >= 1 && collector.snapshot.problems.length > 0)
  t.equal(container(collector, 'aa')?.restartCount, null)
  t.match(collector.snapshot.problems, [{ what: 'inspect', code: 'ENGINE_FAILED', containers: ['aa'] }])
  await until(() => inspections(fake) >= 2)
  fake.handler = null
  await until(() => container(collector, 'aa')?.restartCount === 0 && collector.snapshot.problems.length === 0)
})

t.test('completes slow inspections, however many there are', async t => {
  const { collector, fake } = await startCollector(t, {
    containers: containerList(many(120)), timing: { limits: fixedLimits(500) }
  })
  fake.handler = (request, response) => {
    const [, id = ''] = /\/containers\/(c\d+)\/json$/.exec(String(request.url)) ?? []
    if (!id) return false
    const entry = { Id: id, Names: [`/${id}`], Image: 'busybox', State: 'running' }
    setTimeout(() => response.end(detailsOf(entry)), 60)
  }
  await until(() => collector.snapshot.containers.length === 120)
  await until(() => collector.snapshot.containers.every(({ restartCount }) => restartCount === 0))
  t.equal(inspections(fake), 120, 'each once')
})

t.test('quarantines hanging inspections, which do not delay others', async t => {
  const { collector, fake } = await startCollector(t, {
    containers: containerList(many(20)), timing: { limits: fixedLimits(100), hungFirst: 60_000, hungMost: 60_000 }
  })
  fake.handler = request => /\/c\d\/json$/.test(String(request.url)) ? undefined : false // 10 of 20
  const inspected = () => collector.snapshot.containers.filter(({ restartCount }) => restartCount === 0)
  await until(() => inspected().length === 10 && collector.snapshot.problems[0]?.containers.length === 10)
  t.match(collector.snapshot.problems, [{ what: 'inspect', code: 'ENGINE_TIMEOUT' }])
  t.equal(inspections(fake, 'c1'), 1, 'inspected once')
})

t.test('if all inspections time out, raises the timeout and quarantines none', async t => {
  const bounds = { first: 50, least: 50, most: 1000 }
  const { collector, fake } = await startCollector(t, {
    containers: containerList(many(6)), timing: { limits: { ...fixedLimits(1000), inspect: bounds } }
  })
  fake.handler = (request, response) => {
    const [, id = ''] = /\/containers\/(c\d+)\/json$/.exec(String(request.url)) ?? []
    if (!id) return false
    const entry = { Id: id, Names: [`/${id}`], Image: 'busybox', State: 'running' }
    setTimeout(() => response.end(detailsOf(entry)), 150)
  }
  await until(() => collector.snapshot.containers.length > 0 &&
    collector.snapshot.containers.every(({ restartCount }) => restartCount === 0))
  t.ok(collector.snapshot.deadlines.inspectMs > 150)
  t.strictSame(collector.snapshot.problems, [])
})

t.test('requests few inspections if they are forbidden', async t => {
  const { collector, fake, polled } = await startCollector(t, { containers: containerList(many(50)) })
  fake.handler = (request, response) => /\/c\d+\/json$/.test(String(request.url)) && response.writeHead(403).end('no')
  await until(() => collector.snapshot.problems.length > 0)
  await polled(3)
  t.ok(inspections(fake) < 10, String(inspections(fake)))
  t.match(collector.snapshot.problems, [{ what: 'inspect', code: 'ENGINE_FORBIDDEN' }])
  t.equal(collector.snapshot.problems[0]?.containers.length, 50)
})

t.test('neither an unchanged health check nor one whose event has the result causes an inspection', async t => {
  const [listed] = JSON.parse(containerList([{ id: 'aa', status: 'Up 2 minutes (healthy)' }]))
  const { collector, fake, polled } = await startCollector(t, {
    containers: JSON.stringify([listed]),
    details: { aa: detailsOf(listed, { Health: { Status: 'healthy' } }) }
  })
  await until(() => container(collector, 'aa')?.restartCount === 0 && collector.snapshot.events === 'live')
  for (let count = 0; count < 200; count++) fake.emit('health_status: healthy', 'aa')
  fake.emit('health_status: unhealthy', 'aa')
  await until(() => container(collector, 'aa')?.health === 'unhealthy')
  await polled(2)
  t.equal(inspections(fake), 1)
})

t.test('inspects old records again one by one, oldest first', async t => {
  const { collector, fake } = await startCollector(t, {
    containers: containerList(many(3)), hasEvents: false, timing: { recordAge: 500, interval: 100 }
  })
  await until(() => inspections(fake) === 3)
  fake.details.c0 = detailsOf({ Id: 'c0', Names: ['/c0'], Image: 'busybox', State: 'running' })
    .replace('"RestartCount":0', '"RestartCount":7')
  const begun = performance.now()
  await until(() => container(collector, 'c0')?.restartCount === 7)
  await until(() => inspections(fake) >= 6)
  t.ok(performance.now() - begun > 1500, 'one per second')
})

t.test('without events, detects a restart by the uptime in the list and by falling counters', async t => {
  const list = (status: string) => containerList([{ id: 'aa', status }])
  const { collector, fake } = await startCollector(t, { containers: list('Up 5 minutes'), hasEvents: false })
  const restarted = (count: number) => {
    fake.details.aa = detailsOf({ Id: 'aa', Names: ['/aa'], Image: 'busybox', State: 'running' })
      .replace('"RestartCount":0', `"RestartCount":${count}`)
  }
  await until(() => container(collector, 'aa')?.restartCount === 0)
  restarted(1)
  fake.containers = list('Up 2 seconds')
  await until(() => container(collector, 'aa')?.restartCount === 1)
  restarted(2)
  const { stats } = fake
  const sample = JSON.parse(fixture('v28/stats-one-shot.json'))
  sample.cpu_stats.cpu_usage.total_usage = 5
  fake.stats = { ...stats, aa: JSON.stringify(sample) }
  t.ok(await until(() => container(collector, 'aa')?.restartCount === 2))
})

t.test('removing a container ends the problem of its failed inspection', async t => {
  const { collector, fake } = await startCollector(t, { containers: containerList(many(2)) })
  fake.handler = (request, response) => String(request.url).endsWith('/c0/json') && response.writeHead(500).end()
  await until(() => collector.snapshot.up && inspections(fake, 'c1') > 0)
  fake.emit('update', 'c0')
  await until(() => collector.snapshot.problems[0]?.containers.includes('c0'))
  fake.containers = containerList([{ id: 'c1' }])
  fake.emit('destroy', 'c0')
  await until(() => collector.snapshot.problems.length === 0)
  t.strictSame(collector.snapshot.containers.map(({ name }) => name), ['c1'])
})
