import t from 'tap'
import { growthOf, levelOf, type Shape } from '../../../lib/demo/curves.ts'

const START = 1_795_000_000
const DAY = 86_400

const steady: Shape = { seed: 1234, noise: 0, swing: 0.4, burst: null }
const bursting: Shape = { ...steady, burst: { every: 600, lasts: 60, height: 5 } }

/** Mean rates of the intervals of this length. */
const ratesOf = (shape: Shape, length: number, count: number) => Array.from({ length: count }, (_, index) =>
  growthOf(100, shape, START + index * length, START + (index + 1) * length) / length)

const meanOf = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length

t.test('counters never fall, whatever the interval', async t => {
  for (const shape of [steady, bursting, { ...bursting, seed: 4_294_967_295, noise: 4 }]) {
    for (const length of [0.25, 2, 5, 60, 3600]) t.ok(ratesOf(shape, length, 2000).every(rate => rate >= 0))
  }
})

t.test('counters are integrals: parts of an interval add up to the whole', async t => {
  const whole = growthOf(100, bursting, START, START + 3600)
  t.ok(Math.abs(ratesOf(bursting, 7.2, 500).reduce((sum, rate) => sum + rate * 7.2, 0) - whole) < 1e-3)
})

t.test('the same time has the same value, and other seeds have others', async t => {
  t.equal(growthOf(100, bursting, START, START + 5), growthOf(100, bursting, START, START + 5))
  t.not(growthOf(100, bursting, START, START + 5), growthOf(100, { ...bursting, seed: 5 }, START, START + 5))
  t.not(growthOf(100, bursting, START, START + 5), growthOf(100, { ...bursting, noise: 1 }, START, START + 5))
  t.equal(levelOf(100, steady, START), levelOf(100, steady, START))
})

t.test('rates keep their mean, follow the day, and move all the time', async t => {
  const hours = ratesOf(steady, 3600, 24 * 7)
  t.ok(Math.abs(meanOf(hours) - 100) < 1)
  const midnight = Math.ceil(START / DAY) * DAY
  const at = (hour: number) => growthOf(100, steady, midnight + hour * 3600, midnight + (hour + 1) * 3600) / 3600
  t.ok(at(14) > 130)
  t.ok(at(2) < 70)
  t.equal(new Set(ratesOf(steady, 5, 100)).size, 100)
})

t.test('bursts add the same again and again', async t => {
  const [quiet, loud] = [ratesOf({ ...steady, swing: 0 }, 5, 240), ratesOf({ ...bursting, swing: 0 }, 5, 240)]
  const added = loud.map((rate, index) => rate - Number(quiet[index]))
  t.ok(Math.abs(meanOf(added) - 100 * 5 * 60 / 2 / 600) < 1e-3)
  t.ok(Math.max(...added) > 400)
  t.ok(added.filter(rate => Math.abs(rate) < 1e-6).length > 200)
})

t.test('levels move around their mean', async t => {
  const levels = Array.from({ length: 2000 }, (_, index) => levelOf(100, steady, START + index * 300))
  t.ok(levels.every(level => level > 75 && level < 125))
  t.ok(Math.abs(meanOf(levels) - 100) < 3)
  t.equal(new Set(levels).size, 2000)
})
