import t from 'tap'
import { container, startCollector } from '../../support/collector.ts'
import { containerList, type FakeEngine } from '../../support/fake-engine.ts'
import { until } from '../../support/until.ts'

const podman = { server: 'Libpod/5.2.3 (linux)', apiVersion: '1.41' }

t.test('samples Podman with a bulk request, or one by one if a proxy forbids it', async t => {
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
  isForbidden = true
  fake.handler = handler
  await until(() => container(collector, 'bb')?.sample)
  t.match(container(collector, 'bb')?.sample, { rxBytes: 252, txBytes: 2724 }, 'also swapped in single stats')
  const native = () => fake.requests.filter(request => request.includes('libpod')).length
  const before = native()
  await polled(2)
  t.equal(native(), before, 'not requested again')
  t.strictSame(collector.snapshot.problems, [], 'nothing is missing')
})

t.test('samples Podman one by one if the bulk request fails, and retries that later', async t => {
  const failures = [
    [500, 'no cgroup'], [200, '{"Error":{},"Stats":null}'], [200, '<html>'],
    [400, 'client version 4.0.0 is too new']
  ] as const
  for (const [statusCode, body] of failures) {
    const { collector, fake, polled } = await startCollector(t, {
      ...podman, containers: containerList([{ id: 'aa' }, { id: 'bb' }]), timing: { bulkRetry: 100, refusedRetry: 100 }
    })
    fake.handler = (request, response) => request.url?.includes('libpod') && response.writeHead(statusCode).end(body)
    await until(() => collector.snapshot.up)
    await polled(2)
    t.match(collector.snapshot, {
      up: true,
      containers: [{ sample: { memoryBytes: Number } }, { sample: { memoryBytes: Number } }],
      problems: [{ what: 'all stats', containers: [] }]
    }, body)
    const Stats = ['aa', 'bb'].map(ContainerID => ({ ContainerID, SystemNano: 1e18, CPUNano: 5, MemUsage: 7 }))
    fake.handler = (request, response) =>
      request.url?.includes('libpod') && response.end(JSON.stringify({ Error: null, Stats }))
    await until(() => container(collector, 'aa')?.sample?.memoryBytes === 7 && collector.snapshot.problems.length === 0)
  }
})

t.test('an Engine that becomes unreachable during the bulk request is down', async t => {
  const { collector, fake } = await startCollector(t, { ...podman, containers: containerList([{ id: 'aa' }]) })
  await until(() => collector.snapshot.up)
  await fake.close()
  await until(() => collector.snapshot.up === false)
  t.match(collector.snapshot.error, { code: /^ENGINE_/ })
})

t.test('a collector that stops during the bulk request makes no single requests', async t => {
  const { collector, fake } = await startCollector(t, {
    ...podman, containers: containerList([{ id: 'aa' }]), timing: { bulkRetry: 20, refusedRetry: 20 }
  })
  const single = () => fake.requests.filter(request => request.includes('/aa/stats')).length
  await until(() => single() > 0)
  let isAsked = false
  fake.handler = request => {
    if (!request.url?.includes('libpod')) return false
    isAsked = true // and never answered
  }
  await until(() => isAsked)
  const before = single()
  await collector.stop()
  t.equal(single(), before)
})
