import t from 'tap'
import { colourOf } from '../../web/colours.ts'
import { bytes, cores, percent, rate, span, time } from '../../web/format.ts'
import { firstAbove } from '../../web/search.ts'
import { compareTexts } from '../../web/text.ts'
import { total } from '../../web/total.ts'

t.test('writes bytes in binary units with three digits', async t => {
  const expected: [number | null | undefined, string][] = [
    [null, '–'], [undefined, '–'], [0, '0 B'], [0.4, '0 B'], [1023, '1023 B'], [1024, '1 KiB'], [1536, '1.50 KiB'],
    [12.54 * 2 ** 20, '12.5 MiB'], [2 ** 30, '1 GiB'], [1000 * 2 ** 50, '1000 PiB'], [5000 * 2 ** 50, '5000 PiB'],
    [2 ** 20 - 1, '1.00 MiB'], [1023.6, '1.00 KiB']
  ]
  for (const [value, text] of expected) t.equal(bytes(value), text, String(value))
  t.equal(rate(null), '–')
  t.equal(rate(2048), '2 KiB/s')
})

t.test('writes shares of a core', async t => {
  t.strictSame([null, 0, 12.345, 99.96, 250.4].map(percent), ['–', '0.0 %', '12.3 %', '100 %', '250 %'])
  t.strictSame([null, 0.5, 12].map(cores), ['–', '0.50', '12.00'])
})

t.test('writes spans in their largest unit', async t => {
  const spans = [-5000, 0, 59_999, 60_000, 3_599_000, 3_600_000, 86_399_000, 86_400_000, 9e9].map(span)
  t.strictSame(spans, ['0 s', '0 s', '59 s', '1 min', '59 min', '1 h', '23 h', '1 d', '104 d'])
})

t.test('writes the date of a time unless it is today', async t => {
  const [date, now] = [new Intl.DateTimeFormat(undefined, { dateStyle: 'medium' }), new Date()]
  t.notMatch(time(now.toISOString()), date.format(now))
  t.match(time(0), date.format(new Date(0)))
})

t.test('sums what is known', async t => {
  t.equal(total([1, null, undefined, 2]), 3)
  t.equal(total([null]), null)
  t.equal(total([]), null)
})

t.test('knows the colours of Tailwind', async t => {
  t.strictSame(['sky-500', 'red-200', 'violet', '#123456'].map(colourOf), ['#0ea5e9', 'red', 'violet', '#123456'])
})

t.test('orders numbers in names by their value', async t => {
  t.strictSame(['web-10', 'db', 'web-9', 'Äpfel'].sort(compareTexts), ['Äpfel', 'db', 'web-9', 'web-10'])
})

t.test('finds the first entry above a value', async t => {
  const ends = new Float64Array([10, 20, 20, 50])
  t.strictSame([-1, 9, 10, 19, 20, 49, 50, 99].map(value => firstAbove(ends, value)), [0, 0, 1, 1, 3, 3, 4, 4])
  t.equal(firstAbove(new Float64Array(), 1), 0)
})
