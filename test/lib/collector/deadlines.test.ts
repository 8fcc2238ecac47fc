import { setTimeout as sleep } from 'node:timers/promises'
import t from 'tap'
import { AdaptiveLimit } from '../../../lib/collector/adaptive-limit.ts'
import { fixedLimits, startCollector } from '../../support/collector.ts'
import { containerList } from '../../support/fake-engine.ts'
import { fixture } from '../../support/fixture.ts'
import { until } from '../../support/until.ts'

t.test('a limit follows the durations of calls, within its bounds', async t => {
  const limit = new AdaptiveLimit({ first: 5000, least: 2000, most: 20_000 })
  t.equal(limit.current, 5000)
  for (let rounds = 0; rounds < 20; rounds++) limit.answered(3)
  t.equal(limit.current, 2000, 'does not fall below the minimum')
  limit.answered(2200)
  t.equal(limit.current, 8800)
  limit.answered(1000)
  t.equal(limit.current, 7920, 'falls slowly')
  limit.late()
  t.equal(limit.current, 15_840)
  t.equal(limit.isAtMost, false)
  limit.late()
  t.equal(limit.current, 20_000)
  t.equal(limit.isAtMost, true)
})

t.test('gets all samples of a slow Engine, whatever the interval', async t => {
  const ids = Array.from({ length: 46 }, (_, index) => `c${index}`)
  const stats = { first: 100, least: 50, most: 2000 }
  const { collector, fake } = await startCollector(t, {
    containers: containerList(ids.map(id => ({ id }))),
    timing: { limits: { ...fixedLimits(5000), stats }, hungFirst: 60_000, staleAfter: 60_000 }
  })
  fake.handler = (request, response) => request.url?.includes('/stats') &&
    sleep(220).then(() => response.end(fixture('v28/stats-one-shot.json')))
  await until(() => collector.snapshot.containers.filter(({ sample }) => sample).length === 46)
  await until(() => collector.snapshot.problems.length === 0)
  t.ok(collector.snapshot.deadlines.statsMs >= 220, `${collector.snapshot.deadlines.statsMs} ms`)
})

t.test('if all stats hang at the maximum limit, tries single containers in turn until one answers', async t => {
  const stats = { first: 20, least: 20, most: 80 }
  const { collector, fake, polled } = await startCollector(t, {
    containers: containerList([{ id: 'aa' }, { id: 'bb' }]),
    timing: { limits: { ...fixedLimits(5000), stats }, hungFirst: 60_000, hungMost: 60_000 }
  })
  fake.handler = request => request.url?.includes('/stats') ? undefined : false
  await until(() => collector.snapshot.deadlines.statsMs === 80)
  await polled(3)
  fake.requests.length = 0
  await polled(3)
  const asked = fake.requests.flatMap(request => /(\w\w)\/stats/.exec(request)?.[1] ?? [])
  t.ok(asked.length >= 3 && asked.length <= 4, asked.join())
  t.ok(asked.includes('aa') && asked.includes('bb'), 'in turn')
  const problems = [{ what: 'stats', code: 'ENGINE_TIMEOUT', containers: ['aa', 'bb'] }]
  t.match(collector.snapshot, { up: true, problems, poll: { isStalled: true } })
  fake.handler = null
  await until(() => collector.snapshot.containers.every(({ sample }) => sample) && !collector.snapshot.poll.isStalled)
})
