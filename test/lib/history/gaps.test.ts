import t from 'tap'
import { createHistory, DAY, HOUR, MINUTE, NOON } from '../../support/history.ts'
import { containerSnapshot, hostSnapshot, sample } from '../../support/snapshots.ts'

const OTHER = { name: 'other', id: 'bb' }

/** Times of gaps, without the date. */
const timesOf = ({ gaps }: { gaps: { from: string, to: string }[] }) =>
  gaps.map(({ from, to }) => `${from.slice(11, 19)}-${to.slice(11, 19)}`)

t.test('tells a container that did not run from a host that was not polled', async t => {
  const { poll, last, clock } = createHistory(t, { disk: false })
  poll(MINUTE)
  poll(MINUTE, {}, OTHER)
  clock.now += MINUTE
  poll(MINUTE)
  for (const name of ['web', 'other', null]) {
    t.strictSame(timesOf(await last(4 * MINUTE, { name })), ['12:02:00-12:03:00'])
  }
  t.strictSame(timesOf(await last(2 * MINUTE)), ['12:02:00-12:03:00'])
  t.strictSame(timesOf(await last(MINUTE)), [])
  t.strictSame(timesOf(await last(4 * MINUTE, { points: 2 })), [], 'no bucket is empty')
})

t.test('a host on which nothing runs has no gaps', async t => {
  const { history, last, clock } = createHistory(t, { disk: false })
  for (let polls = 0; polls < 12; polls++) {
    clock.now += 5000
    history.see(hostSnapshot({ at: clock.now, lastSeen: clock.now }), null)
  }
  const { cpuCores, gaps } = await last(MINUTE)
  t.ok(cpuCores.avg.every(value => value === null))
  t.strictSame(gaps, [])
})

t.test('a bucket whose poll has not come yet is no gap', async t => {
  const { poll, last, clock } = createHistory(t, { disk: false })
  poll(MINUTE)
  clock.now += 9500
  t.strictSame(timesOf(await last(MINUTE)), [])
  clock.now += 2000
  t.strictSame(timesOf(await last(MINUTE)), ['12:01:00-12:01:15'], 'unless a second one has not come either')
})

t.test('a range that ends or begins between two polls has no gaps', async t => {
  const { history, poll } = createHistory(t, { disk: false })
  poll(10 * MINUTE, {}, { interval: 20_000 })
  const from = NOON / 1000 + 85
  t.strictSame(timesOf(await history.read('nas', 'web', { from, to: from + 90, points: 300 })), [])
})

t.test('polls that are more frequent than what memory keeps leave no gaps', async t => {
  const { poll, last } = createHistory(t, { disk: false })
  poll(MINUTE, {}, { interval: 1000 })
  const { intervalMs, gaps } = await last(30_000)
  t.strictSame([intervalMs, gaps], [5000, []])
})

t.test('of what is unknown, all is a gap, but not the future', async t => {
  const { history, last, poll, clock } = createHistory(t, { disk: false })
  t.strictSame(timesOf(await last(10_000)), ['11:59:50-12:00:00'])
  poll(MINUTE, {}, { host: 'pi' })
  t.strictSame(timesOf(await last(MINUTE)), ['12:00:00-12:01:00'])
  const now = clock.now / 1000
  t.strictSame((await history.read('nas', 'web', { from: now + 10, to: now + 20, points: 10 })).gaps, [])
})

t.test('finds gaps on disk, by minute and by quarter of an hour', async t => {
  const { run, last, clock } = createHistory(t)
  await run(30 * MINUTE)
  clock.now += 30 * MINUTE
  await run(30 * MINUTE, {}, OTHER)
  for (const name of ['web', 'other', null]) {
    t.strictSame(timesOf(await last(1.5 * HOUR, { name })), ['12:30:00-13:00:00'])
    t.strictSame(timesOf(await last(1.5 * HOUR, { name, points: 6 })), ['12:30:00-13:00:00'])
    const { gaps } = await last(DAY + 1.5 * HOUR, { name, points: 2000 })
    t.strictSame(gaps, [
      { from: '2026-11-22T12:00:00.000Z', to: '2026-11-23T12:00:00.000Z' },
      { from: '2026-11-23T12:30:00.000Z', to: '2026-11-23T13:00:00.000Z' }
    ])
  }
})

t.test('a minute that has just begun is no gap', async t => {
  const { run, last, clock } = createHistory(t)
  await run(30 * MINUTE)
  clock.now += 3000
  for (const name of ['web', null]) {
    const { intervalMs, gaps } = await last(20 * MINUTE, { name })
    t.strictSame([intervalMs, gaps], [MINUTE, []])
  }
})

t.test('a restart leaves a gap only if it takes long', async t => {
  const first = createHistory(t)
  await first.run(10 * MINUTE)
  first.poll(30_000)
  await first.history.close()
  const { file, clock: { now } } = first
  const second = createHistory(t, { file, now })
  second.poll(2 * MINUTE, {}, OTHER)
  for (const name of ['web', null]) t.strictSame(timesOf(await second.last(12 * MINUTE, { name })), [])
  const { intervalMs, gaps } = await second.last(12 * MINUTE, { name: 'other' })
  t.strictSame([intervalMs, gaps], [5000, []], 'of a container that is new')
  await second.history.close()
  const third = createHistory(t, { file, now: second.clock.now + 5 * MINUTE })
  third.poll(MINUTE, {}, { name: 'newer' })
  t.strictSame(timesOf(await third.last(10 * MINUTE, { name: 'newer' })), ['12:13:00-12:17:30'])
  t.strictSame(timesOf(await third.last(10 * MINUTE)), ['12:13:00-12:17:00'])
})

t.test('what a container has values of is no gap, although there is no room for those of its host', async t => {
  const { history, last, clock } = createHistory(t, { disk: false, memory: 0.0045 })
  for (let polls = 0; polls < 12; polls++) {
    clock.now += 5000
    const containers = [containerSnapshot({ sample: sample({ at: clock.now - 1, cpuCores: 1 }) })]
    history.see(hostSnapshot({ at: clock.now - 1, containers }), null)
  }
  t.equal(history.figures.series, 1)
  t.strictSame(timesOf(await last(MINUTE)), [])
})
