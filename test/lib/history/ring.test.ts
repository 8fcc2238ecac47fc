import t from 'tap'
import { Ring, RING_BYTES, SLOTS } from '../../../lib/history/ring.ts'
import { sample } from '../../support/snapshots.ts'

const START = 1_795_435_200

/** Times and values of CPU, averages and maxima. */
function contents (ring: Ring, first = 0) {
  const slots: { at: number, avg: number | undefined, max: number | undefined }[] = []
  ring.each(first, (at, offset) => slots.push({ at: at - START, avg: ring.values[offset], max: ring.peaks[offset] }))
  return slots
}

const push = (ring: Ring, second: number, cpuCores: number | null = 1) =>
  ring.push((START + second) * 1000, sample({ cpuCores }))

t.test('keeps the last 180 polls with their times', async t => {
  const ring = new Ring()
  for (let poll = 0; poll < 500; poll++) push(ring, poll * 5, poll)
  const slots = contents(ring)
  t.equal(slots.length, SLOTS)
  t.strictSame(slots[0], { at: 320 * 5, avg: 320, max: 320 })
  t.strictSame(slots.at(-1), { at: 499 * 5, avg: 499, max: 499 })
  t.strictSame(contents(ring, 498), slots.slice(-2))
  t.equal(ring.bytes, RING_BYTES)
})

t.test('merges polls that are more frequent than its slots', async t => {
  const ring = new Ring()
  ring.interval = 1
  for (let second = 0; second < 900; second++) push(ring, second, second % 5)
  const slots = contents(ring)
  t.equal(slots.length, SLOTS)
  t.strictSame(slots[0], { at: 0, avg: 2, max: 4 })
  t.equal(ring.bytes, RING_BYTES + SLOTS * 24)
  push(ring, 900, null)
  push(ring, 901, 3)
  push(ring, 902, null)
  push(ring, 905, 4)
  t.strictSame(contents(ring).slice(-2), [{ at: 900, avg: 3, max: 3 }, { at: 905, avg: 4, max: 4 }])
})

t.test('starts a new slot at each minute, and when the newest is on disk', async t => {
  const ring = new Ring()
  ring.interval = 1
  push(ring, 58)
  push(ring, 59)
  push(ring, 60)
  ring.stored = 2
  push(ring, 61)
  t.strictSame(contents(ring).map(({ at }) => at), [58, 60, 61])
})

t.test('follows a clock that is corrected, and starts again if it is set', async t => {
  const ring = new Ring()
  push(ring, 0)
  push(ring, 5)
  push(ring, 3)
  t.strictSame(contents(ring).map(({ at }) => at), [0, 5, 5])
  push(ring, -3600)
  t.strictSame(contents(ring).map(({ at }) => at), [-3600])
  push(ring, 86_400)
  t.strictSame(contents(ring).map(({ at }) => at), [86_400])
})

t.test('is empty at first', async t => {
  t.strictSame(contents(new Ring()), [])
})
