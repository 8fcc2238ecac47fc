import t from 'tap'
import { readMoment } from '../../../lib/http/moment.ts'

const NOW = Date.parse('2026-01-31T12:00:00Z')

t.test('A point in time is a date, Unix seconds, or how long ago it was', async t => {
  const moments: [string, number][] = [
    ['2026-01-31T12:00:00Z', NOW],
    ['2026-01-31T13:00:00.5+01:00', NOW + 500],
    ['2026-01-31', NOW - 12 * 3_600_000],
    ['1769860800', NOW],
    ['1769860800.25', NOW + 250],
    ['0', 0],
    ['90s', NOW - 90_000],
    ['15m', NOW - 900_000],
    ['24h', NOW - 86_400_000],
    ['30d', NOW - 30 * 86_400_000]
  ]
  for (const [text, expected] of moments) t.equal(readMoment('since', text, NOW), expected, text)
})

t.test('Anything else is refused with what is allowed', async t => {
  const wrong = [
    '', 'now', '-5m', '15 m', '1w', '2026-13-01', '2026-01-31T12:00:00', '1e3', '9'.repeat(20), '9'.repeat(20) + 'd'
  ]
  for (const text of wrong) {
    t.throws(() => readMoment('since', text, NOW), { code: 'INVALID_QUERY', message: /since.*a time such as/ }, text)
  }
})
