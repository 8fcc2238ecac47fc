import t from 'tap'
import { readRange } from '../../../lib/history/query.ts'
import { NOON } from '../../support/history.ts'

const read = ({ from = [], to = [], points = [] }: { from?: string[], to?: string[], points?: string[] }) =>
  readRange({ from, to, points }, NOON)

t.test('reads the last 15 minutes by default', async t => {
  t.strictSame(read({}), { from: NOON / 1000 - 900, to: NOON / 1000, points: 300 })
  t.strictSame(read({ to: ['1h'] }), { from: NOON / 1000 - 4500, to: NOON / 1000 - 3600, points: 300 })
})

t.test('reads times and the number of points', async t => {
  t.strictSame(read({ from: ['2026-11-23T10:00:00Z'], to: ['30m'], points: ['2000'] }),
    { from: NOON / 1000 - 7200, to: NOON / 1000 - 1800, points: 2000 })
})

t.test('rejects what it cannot read, and says what is allowed', async t => {
  const cases: [Parameters<typeof read>[0], string][] = [
    [{ from: ['1h'], to: ['2h'] }, '?from=1h is not allowed; it must be before ?to, which is now by default'],
    [{ from: ['yesterday'] }, '?from=yesterday is not allowed; it must be a time such as'],
    [{ from: ['1h', '2h'] }, '?from=1h&from=2h is not allowed; it must be given once'],
    ...['0', '2001', '1.5', '-1', '', '1e2'].map((points): [Parameters<typeof read>[0], string] =>
      [{ points: [points] }, `?points=${points} is not allowed; it must be an integer from 1 to 2000`])
  ]
  for (const [query, message] of cases) {
    try {
      read(query)
      t.fail(message)
    } catch (error) {
      t.match(error, { code: 'INVALID_QUERY', message })
    }
  }
})
