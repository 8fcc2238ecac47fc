import t from 'tap'
import { timingOf } from '../../../lib/collector/timing.ts'

t.test('derives the timing from the configuration', async t => {
  t.match(timingOf(5000, 60_000), { interval: 5000, staleAfter: 30_000, resync: 60_000, recordAge: 120_000 })
  t.match(timingOf(20_000, 30_000), { interval: 20_000, resync: 30_000, recordAge: 60_000, recordAgeLive: 900_000 })
  t.same(timingOf(100, 60_000).limits, timingOf(60_000, 60_000).limits, 'except the timeouts of calls')
})

t.test('a large fleet makes fewer concurrent calls per host', async t => {
  t.same([1, 312, 500, 1000, 5000].map(hosts => timingOf(5000, 60_000, hosts).statsAtOnce), [16, 16, 10, 5, 5])
})

t.test('more hosts take longer to start', async t => {
  t.equal(timingOf(5000, 60_000, 1000).startWithin, 1000 * timingOf(5000, 60_000).startWithin)
})
