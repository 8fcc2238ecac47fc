import t from 'tap'
import { prepend, prune, RECENT, recentOf, remember } from '../../web/state/recent.ts'
import type { Row } from '../../web/types.ts'

const START = Date.parse('2026-01-01T00:00:00Z')

/** A container whose CPU figure is the number of seconds. */
const row = (name: string, seconds: number | null, known = true) => ({
  host: 'nas',
  name,
  sampledAt: seconds === null ? null : new Date(START + seconds * 1000).toISOString(),
  cpu: known ? { available: true, cores: seconds } : { available: false },
  memory: known ? { available: true, workingSetBytes: 1 } : { available: false }
}) as Row

const secondsOf = (name: string) => recentOf(row(name, null)).map(({ cpu }) => cpu)

t.test('keeps about a point per pixel, and the latest one', async t => {
  for (let second = 0; second <= 20; second++) remember(row('a', second))
  t.strictSame(secondsOf('a'), [0, 8, 16, 20])
  remember(row('a', 20))
  remember(row('a', null))
  t.strictSame(secondsOf('a'), [0, 8, 16, 20])
  remember(row('a', 30, false))
  t.equal(secondsOf('a').at(-1), null)
})

t.test('forgets what is older than 15 minutes', async t => {
  for (let second = 0; second <= 2000; second += 10) remember(row('b', second))
  t.strictSame([secondsOf('b')[0], secondsOf('b').at(-1)], [2000 - RECENT / 1000, 2000])
  prune()
  t.strictSame(secondsOf('a'), [], 'a container that is long gone')
  t.equal(secondsOf('b').length, 91)
})

t.test('puts the past before what it has seen', async t => {
  const past = [0, 10, 20].map(cpu => ({ at: START + cpu * 1000, cpu, memory: null }))
  remember(row('c', 15))
  prepend(row('c', null), past)
  t.strictSame(secondsOf('c'), [0, 10, 15])
  prepend(row('d', null), past)
  t.strictSame(secondsOf('d'), [0, 10, 20])
})
