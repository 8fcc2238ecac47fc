import { existsSync, statSync } from 'node:fs'
import t from 'tap'
import { createHistory, DAY, HOUR, MINUTE, NOON } from '../../support/history.ts'
import { containerSnapshot, hostSnapshot, sample } from '../../support/snapshots.ts'
import { until } from '../../support/until.ts'

t.test('returns the polls of the last 15 minutes', async t => {
  const { poll, last } = createHistory(t, { disk: false })
  poll(10_000, { cpuCores: 0.5 })
  poll(10_000, { cpuCores: 1.5, rxBytesPerSecond: 10, blockReadBytesPerSecond: 20 })
  t.strictSame(await last(25_000), {
    from: '2026-11-23T11:59:55.000Z',
    to: '2026-11-23T12:00:20.000Z',
    intervalMs: 5000,
    at: [55, 60, 65, 70, 75].map(second => new Date(NOON - MINUTE + second * 1000).toISOString()),
    cpuCores: { avg: [null, 0.5, 0.5, 1.5, 1.5], max: [null, 0.5, 0.5, 1.5, 1.5] },
    memoryBytes: { avg: [null, 1000, 1000, 1000, 1000], max: [null, 1000, 1000, 1000, 1000] },
    rxBytesPerSecond: { avg: [null, null, null, 10, 10], max: [null, null, null, 10, 10] },
    txBytesPerSecond: { avg: Array(5).fill(null), max: Array(5).fill(null) },
    readBytesPerSecond: { avg: [null, null, null, 20, 20], max: [null, null, null, 20, 20] },
    writeBytesPerSecond: { avg: Array(5).fill(null), max: Array(5).fill(null) },
    containers: [{ id: 'aa', from: '2026-11-23T12:00:04.000Z', to: '2026-11-23T12:00:19.000Z' }],
    gaps: []
  })
})

t.test('takes the last 15 minutes from memory although time passes after the request', async t => {
  const { history, clock, poll } = createHistory(t)
  poll(10_000)
  const to = clock.now / 1000
  clock.now += 200
  t.equal((await history.read('nas', 'web', { from: to - 900, to, points: 300 })).intervalMs, 5000)
})

t.test('has buckets of 5 s at least, although polls may be more frequent', async t => {
  const { poll, last } = createHistory(t, { disk: false })
  poll(60_000, {}, { interval: 1000 })
  const { intervalMs, cpuCores: { avg } } = await last(60_000)
  t.equal(intervalMs, 5000)
  t.notOk(avg.slice(1).includes(null))
})

t.test('leaves gaps where nothing was polled, but none between two polls', async t => {
  const { clock, poll, last } = createHistory(t, { disk: false })
  poll(40 * 5050, {}, { interval: 5050 })
  clock.now += MINUTE
  poll(5050, {}, { interval: 5050 })
  const { intervalMs, cpuCores: { avg } } = await last(4 * MINUTE + 20_000)
  const runs = avg.map(value => value === null ? '-' : '+').join('').match(/-+|\++/g) ?? []
  t.equal(intervalMs, 5000)
  t.strictSame(runs.map(run => run[0]), ['+', '-', '+'])
  t.ok(String(runs[1]).length >= 11)
})

t.test('counts a sample once', async t => {
  const { history, clock, last } = createHistory(t, { disk: false })
  clock.now += 5000
  const containers = [containerSnapshot({ sample: sample({ at: clock.now, cpuCores: 1 }) })]
  history.see(hostSnapshot({ at: clock.now, containers }), null)
  clock.now += 5000
  history.see(hostSnapshot({ at: clock.now, containers }), null)
  history.see(hostSnapshot({ at: clock.now, containers: [containerSnapshot()] }), null)
  t.strictSame((await last(10_000)).cpuCores.avg, [null, 1])
  t.strictSame((await last(10_000, { name: null })).cpuCores.avg, [null, 1])
})

t.test('merges into as many buckets as were asked for', async t => {
  const { poll, last } = createHistory(t, { disk: false })
  poll(MINUTE, { cpuCores: 1 })
  poll(MINUTE, { cpuCores: 3 })
  const { at, intervalMs, cpuCores } = await last(2 * MINUTE, { points: 2 })
  t.strictSame({ at, intervalMs, cpuCores }, {
    at: ['2026-11-23T12:00:00.000Z', '2026-11-23T12:01:00.000Z'],
    intervalMs: MINUTE,
    cpuCores: { avg: [1, 3], max: [1, 3] }
  })
  const one = await last(1.5 * MINUTE, { points: 1 })
  t.strictSame([one.at, one.intervalMs], [['2026-11-23T12:00:30.000Z'], 1.5 * MINUTE])
})

t.test('reads minutes from disk, and the newest from memory', async t => {
  const { run, poll, last } = createHistory(t)
  await run(30 * MINUTE, { cpuCores: 1 })
  await run(30 * MINUTE, { cpuCores: 2 })
  poll(15_000, { cpuCores: 5 })
  const { at, intervalMs, cpuCores: { avg, max } } = await last(HOUR)
  t.strictSame([at.length, intervalMs, at[0]], [61, MINUTE, '2026-11-23T12:00:00.000Z'])
  t.strictSame(avg, [...Array(30).fill(1), ...Array(30).fill(2), 5])
  t.strictSame(max, avg)
})

t.test('reads quarters of an hour for longer ranges, and the newest from minutes and memory', async t => {
  const { run, poll, last, history, clock } = createHistory(t)
  await run(50 * MINUTE, { cpuCores: 1 })
  poll(10_000, { cpuCores: 7 })
  const { at, intervalMs, cpuCores: { avg, max } } = await last(30 * DAY, { points: 2000 })
  t.strictSame([at.length, intervalMs], [1441, 2 * 15 * MINUTE])
  t.strictSame(avg.slice(-4), [null, null, 1, 1.049587], 'weighted: 240 samples and 2')
  t.equal(max.at(-1), 7)
  const hour = await history.read('nas', 'web', { from: NOON / 1000, to: clock.now / 1000, points: 4 })
  t.strictSame([hour.intervalMs, hour.cpuCores.max], [15 * MINUTE, [1, 1, 1, 7]])
})

t.test('gives a host the sums of its containers, with shared networks counted once', async t => {
  const { history, clock, last } = createHistory(t, { disk: false })
  clock.now += 5000
  const at = clock.now - 1
  const one = (cpuCores: number | null) => sample({ at, cpuCores, rxBytesPerSecond: 100 })
  history.see(hostSnapshot({
    at,
    containers: [
      containerSnapshot({ id: 'aa', name: 'a', sample: one(1) }),
      containerSnapshot({ id: 'bb', name: 'b', sample: one(2) }),
      containerSnapshot({ id: 'cc', name: 'c', sample: one(null), networkMode: 'container:aa' }),
      containerSnapshot({ id: 'dd', name: 'd' }),
      containerSnapshot({ id: 'ee', name: 'e', sample: one(null), networkMode: 'container:hidden' }),
      containerSnapshot({ id: 'ff', name: 'f', sample: one(null), networkMode: 'container:hidden' })
    ]
  }), null)
  const { cpuCores, rxBytesPerSecond, memoryBytes, containers } = await last(5000, { name: null })
  t.strictSame([cpuCores.avg, rxBytesPerSecond.avg, memoryBytes.avg], [[3], [300], [null]])
  t.strictSame(containers, [])
})

t.test('has one history for containers of the same name, with their IDs', async t => {
  const { run, last, poll, history } = createHistory(t)
  await run(5 * MINUTE, {}, { id: 'aa' })
  await run(5 * MINUTE, {}, { id: 'bb' })
  poll(15_000, {}, { id: 'cc' })
  const { containers, cpuCores } = await last(11 * MINUTE)
  t.strictSame(containers.map(({ id }) => id), ['aa', 'bb', 'cc'])
  t.equal(containers[0]?.from, '2026-11-23T12:00:04.000Z')
  t.notMatch(cpuCores.avg.map(value => value === null ? '-' : '+').join(''), /\+-/)
  t.strictSame((await last(5 * MINUTE)).containers.map(({ id }) => id), ['bb', 'cc'])
  t.ok(await history.knows('nas', 'web'))
  t.notOk(await history.knows('nas', 'other'))
})

t.test('continues after a restart', async t => {
  const first = createHistory(t)
  await first.run(10 * MINUTE, { cpuCores: 1 })
  first.poll(30_000, { cpuCores: 1 })
  await first.history.close()
  const second = createHistory(t, { file: first.file, now: first.clock.now })
  second.poll(25_000, { cpuCores: 3 })
  const { intervalMs, cpuCores: { avg, max }, containers } = await second.last(15 * MINUTE)
  t.equal(intervalMs, MINUTE)
  t.strictSame(avg.slice(-11, -1), Array(10).fill(1))
  t.strictSame([avg.at(-1), max.at(-1)], [1.909091, 3], 'the minute of the restart')
  t.strictSame(containers.map(({ id, from }) => [id, from]), [['aa', '2026-11-23T12:00:04.000Z']])
  await second.history.close()
  const third = createHistory(t, { file: first.file, now: second.clock.now })
  const merged = await third.last(15 * MINUTE)
  t.strictSame([merged.cpuCores.avg.at(-1), merged.cpuCores.max.at(-1)], [1.909091, 3])
})

t.test('returns nothing for the future, and reaches back no further than it keeps', async t => {
  const { history, clock, run } = createHistory(t)
  await run(MINUTE)
  const now = clock.now / 1000
  t.match(await history.read('nas', 'web', { from: now + 10, to: now + 20, points: 10 }), {
    at: [], cpuCores: { avg: [], max: [] }
  })
  const { from } = await history.read('nas', 'web', { from: 0, to: now + 1e6, points: 10 })
  t.equal(Date.parse(from), clock.now - 30 * DAY)
  t.match(await history.read('nas', 'none', { from: now - 100, to: now, points: 10 }), { containers: [] })
})

t.test('writes nothing to disk if that is turned off', async t => {
  const { history, file, run, last } = createHistory(t, { disk: false })
  t.notOk(await history.knows('nas', 'web'))
  await run(2 * MINUTE)
  await history.open()
  t.match(history.figures, { series: 2, fileBytes: null, writes: { success: 0, failure: 0 } })
  t.equal((await last(30 * DAY)).from, new Date(NOON + 2 * MINUTE - 15 * MINUTE).toISOString())
  t.notOk(existsSync(file))
})

t.test('turns the disk on and off while it runs', async t => {
  const { history, file, poll, clock } = createHistory(t, { disk: false })
  poll(MINUTE)
  await history.configure({ memory: 64, disk: true, file })
  t.ok(existsSync(file))
  await history.configure({ memory: 32, disk: true, file })
  t.equal(history.figures.writes.success, 0)
  await history.configure({ memory: 64, disk: false, file })
  t.equal(statSync(`${file}-wal`, { throwIfNoEntry: false })?.size ?? 0, 0)
  const other = createHistory(t, { file, now: clock.now })
  t.strictSame((await other.last(2 * MINUTE)).cpuCores.avg, [null, 1])
})

t.test('writes by itself when a minute has ended', async t => {
  const { history, poll, clock } = createHistory(t)
  poll(MINUTE)
  clock.now -= 1
  history.start()
  clock.now += 1
  await until(() => history.figures.writes.success > 0)
  t.match(history.figures, { fileBytes: Number })
})

t.test('creates no file while there is nothing to write', async t => {
  const { history, file } = createHistory(t)
  await history.flush()
  t.notOk(existsSync(file))
})

t.test('writes only minutes that have ended, until it is closed', async t => {
  const { history, poll, last } = createHistory(t)
  poll(1.5 * MINUTE, { cpuCores: 2 })
  await history.flush()
  t.strictSame((await last(HOUR)).cpuCores.avg.slice(-3), [null, 2, 2])
  poll(MINUTE, { cpuCores: 4 })
  await history.flush()
  t.strictSame((await last(HOUR)).cpuCores.avg.slice(-3), [2, 3, 4], 'each poll counts once')
})
