import { mock } from 'node:test'
import { performance } from 'node:perf_hooks'
import t from 'tap'
import { TransitionCounts } from '../../../lib/collector/transition-counts.ts'

t.test('A container that is recreated continues the counts of its name', async t => {
  const counts = new TransitionCounts()
  t.strictSame(counts.list([]), [])
  counts.add('web', 'die')
  counts.add('web', 'destroy')
  const list = counts.list([])
  t.strictSame(list, [{ name: 'web', action: 'die', count: 1 }, { name: 'web', action: 'destroy', count: 1 }])
  t.equal(counts.list([{ name: 'web' }]), list, 'the same array until a count changes')
  counts.add('web', 'die')
  t.match(counts.list([{ name: 'web' }]), [{ action: 'die', count: 2 }, { action: 'destroy', count: 1 }])
})

t.test('The counts of containers that are gone are forgotten after ten minutes, or when there are many', async t => {
  let now = 0
  const clock = mock.method(performance, 'now', () => now)
  t.teardown(() => clock.mock.restore())
  const counts = new TransitionCounts()
  const names = () => counts.list([{ name: 'web' }]).map(({ name }) => name)
  counts.add('web', 'start')
  for (let index = 0; index < 201; index++) counts.add(`job-${index}`, 'die')
  t.equal(names().length, 201)
  t.notOk(names().includes('job-0'), 'the oldest')
  now = 600_001
  t.strictSame(names(), ['web'])
})
