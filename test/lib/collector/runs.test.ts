import t from 'tap'
import { Runs } from '../../../lib/collector/runs.ts'
import { monotonic } from '../../../lib/model/time.ts'
import { container, startCollector } from '../../support/collector.ts'
import { event as eventOf } from '../../support/container-set.ts'
import { containerList } from '../../support/fake-engine.ts'
import { fixture } from '../../support/fixture.ts'
import { until } from '../../support/until.ts'

const event = (action: string, time: number) => eventOf(action, 'aa', { time })

t.test('a sample belongs to the earlier run if it was taken and received before that ended', async t => {
  const runs = new Runs()
  const before = monotonic()
  for (const action of ['start', 'die']) {
    runs.see(event(action, 100))
    t.equal(runs.isBefore('aa', { readAt: 99_000, atMonotonic: before }), true, action)
    t.equal(runs.isBefore('aa', { readAt: 101_000, atMonotonic: before }), false, 'belongs to the new run')
    t.equal(runs.isBefore('aa', { readAt: 99_000, atMonotonic: monotonic() }), false, "the Engine's clock was set")
    t.equal(runs.isBefore('bb', { readAt: 0, atMonotonic: 0 }), false)
  }
  runs.keep(new Set(['bb']))
  t.equal(runs.isBefore('aa', { readAt: 99_000, atMonotonic: before }), false, 'is forgotten')
})

t.test('counts each network connection once, between two samples', async t => {
  const runs = new Runs()
  for (const seconds of [1, 2, 3]) runs.see(event('connect', seconds))
  t.equal(runs.connectionsSince('aa', { readAt: 1500 }, 2500), 1 + 1, 'the sample may already include the third')
  t.equal(runs.connectionsSince('aa', { readAt: 2500 }, 4000), 1, 'or the next sample includes it')
  t.equal(runs.connectionsSince('aa', { readAt: 4000 }, 5000), 0)
  runs.see(event('connect', 6))
  t.equal(runs.connectionsSince('aa', null, 7000), 0, 'without a previous sample everything is new anyway')
  t.equal(runs.connectionsSince('bb', { readAt: 0 }, 1), 0)
})

const stats = (read: number, rx: number) => JSON.stringify({
  ...JSON.parse(fixture('v28/stats-one-shot.json')),
  read: new Date(read).toISOString(),
  networks: { eth0: { rx_bytes: rx, tx_bytes: 0 } }
})

t.test('a late start event does not count traffic twice', async t => {
  const { collector, fake, snapshots, polled } = await startCollector(t, {
    containers: containerList([{ id: 'aa' }]), stats: { aa: stats(Date.now() - 10_000, 1000) }
  })
  const sample = () => container(collector, 'aa')?.sample
  await until(() => sample()?.rxBytesDelta === 0 && collector.snapshot.events === 'live')
  const begun = Date.now()
  fake.stats.aa = stats(begun + 1000, 500)
  await until(() => sample()?.rxBytes === 500)
  fake.emit('start', 'aa')
  await until(() => fake.requests.filter(request => request.endsWith('/aa/json')).length === 2)
  fake.stats.aa = stats(begun + 2000, 600)
  await until(() => sample()?.rxBytes === 600)
  await polled(1)
  const samples = new Set(snapshots.flatMap(({ containers }) => containers[0]?.sample ?? []))
  t.strictSame([...samples].map(({ rxBytesDelta }) => rxBytesDelta).filter(Boolean), [1000, 500, 100])
})

t.test('discards stats of the earlier run that arrive after the start', async t => {
  const { collector, fake, polled } = await startCollector(t, {
    containers: containerList([{ id: 'aa' }]), stats: { aa: stats(Date.now() - 10_000, 1000) }
  })
  await until(() => container(collector, 'aa')?.sample && collector.snapshot.events === 'live')
  let answer = () => {}
  fake.handler = (request, response) => {
    if (!request.url?.includes('/stats')) return false
    answer = () => response.end(stats(Date.now() - 5000, 2000))
  }
  const nothing = answer
  await until(() => answer !== nothing)
  fake.emit('die', 'aa')
  fake.emit('start', 'aa')
  await until(() => fake.requests.filter(request => request.endsWith('/aa/json')).length >= 2)
  fake.handler = null
  fake.stats.aa = stats(Date.now() + 1000, 70)
  answer()
  await until(() => container(collector, 'aa')?.sample?.rxBytes === 70)
  t.equal(container(collector, 'aa')?.sample?.rxBytes, 70)
  await polled(1)
})
