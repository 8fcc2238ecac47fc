import t from 'tap'
import { Memory } from '../../../lib/history/memory.ts'
import { RING_BYTES } from '../../../lib/history/ring.ts'
import type { ContainerSnapshot } from '../../../lib/model/snapshot.ts'
import { createHistory, MINUTE, NOON } from '../../support/history.ts'
import { containerSnapshot, hostSnapshot, sample } from '../../support/snapshots.ts'

/** Rings that fit into a budget of 1 MiB. */
const MOST = Math.floor(1_048_576 / RING_BYTES)

const running = (names: string[], at: number): ContainerSnapshot[] =>
  names.map(name => containerSnapshot({ id: name, name, sample: sample({ at, cpuCores: 1 }) }))

const named = (count: number, prefix = 'c') => Array.from({ length: count }, (_, index) => `${prefix}${index}`)

const see = (memory: Memory, names: string[], at: number, host = 'nas') =>
  memory.see(hostSnapshot({ host, at, containers: running(names, at) }), null)

t.test('uses at most 5 KiB per container', async t => {
  t.ok(RING_BYTES <= 5 * 1024 * 0.95, 'the arrays; the rest is for the objects around them')
})

t.test('lets the oldest containers that are gone leave first when the budget is spent', async t => {
  const memory = new Memory(1)
  see(memory, ['older'], NOON - 1000, 'pi')
  see(memory, ['old', ...named(MOST - 4)], NOON)
  t.equal(memory.size, MOST)
  see(memory, ['new', ...named(MOST - 4)], NOON + 5000)
  t.ok(memory.find('nas', 'new') === null && memory.isFull, 'nothing is gone for sure yet')
  see(memory, ['new', ...named(MOST - 4)], NOON + 10_000)
  t.ok(memory.find('nas', 'new'))
  t.equal(memory.find('nas', 'old'), null)
  t.ok(memory.find('pi', 'older'), 'the last snapshot of its host has it')
  memory.see(null, hostSnapshot({ host: 'pi' }))
  see(memory, ['newer', 'new', ...named(MOST - 4)], NOON + 15_000)
  t.ok(memory.find('nas', 'newer'))
  t.equal(memory.find('pi', 'older'), null, 'its host was removed')
  t.ok(memory.bytes <= 1_048_576)
})

t.test('makes room for new containers although the budget was spent for many snapshots', async t => {
  const memory = new Memory(1)
  const kept = named(MOST - 4)
  let now = NOON
  const poll = (names: string[], host?: string) => {
    now += 1000
    see(memory, names, now, host)
  }
  const has = (...names: string[]) => names.map(name => memory.find('nas', name) !== null)
  poll(['other', 'moved'], 'pi')
  poll(kept)
  for (let snapshot = 0; snapshot < 5; snapshot++) poll([...kept, 'new'])
  t.strictSame([memory.isFull, has('new')], [true, [false]])
  poll([...kept.slice(1), 'new'])
  poll(['other', 'moved', 'waiting'], 'pi')
  t.notOk(memory.find('pi', 'waiting'), 'one snapshot alone may have missed the container')
  poll([...kept.slice(1), 'new'])
  t.strictSame(has('new', 'c0'), [true, false])
  for (let snapshot = 0; snapshot < 5; snapshot++) poll([...kept, 'new'])
  t.strictSame(has('c0'), [false])
  for (let snapshot = 0; snapshot < 3; snapshot++) poll(['other'], 'pi')
  poll(['other', 'moved'], 'pi')
  poll([...kept, 'new'])
  t.strictSame(has('c0'), [false], 'a container that came back stays')
  t.ok(memory.find('pi', 'moved'))
  for (let snapshot = 0; snapshot < 2; snapshot++) poll(['other'], 'pi')
  memory.prune(now, 1)
  poll([...kept, 'new'])
  t.strictSame(has('c0'), [true])
  t.notOk(memory.find('pi', 'moved'))
  t.equal(memory.size, MOST)
})

t.test('keeps the history of a container that comes back when others leave', async t => {
  const memory = new Memory(1)
  const rest = named(MOST - 3)
  see(memory, ['left', 'back', ...rest], NOON)
  for (let snapshot = 1; snapshot < 4; snapshot++) see(memory, rest, NOON + snapshot * 1000)
  see(memory, ['new', 'back', ...rest], NOON + 4000)
  see(memory, ['new', 'newer', 'back', ...rest], NOON + 5000)
  t.equal(memory.find('nas', 'left'), null)
  t.equal(memory.find('nas', 'newer'), null)
  t.equal(memory.find('nas', 'back')?.ring.length, 3)
})

t.test('keeps the history of running containers when there is no room for more', async t => {
  const memory = new Memory(1)
  see(memory, named(MOST + 5), NOON)
  see(memory, named(MOST + 5), NOON + 5000)
  t.strictSame([memory.size, memory.isFull, memory.find('nas', '')], [MOST, true, null])
  t.equal(memory.find('nas', 'c0')?.ring.length, 2)
  memory.see(null, null)
  t.equal(memory.size, MOST)
})

t.test('records that a host was polled while no container ran', async t => {
  const memory = new Memory(1)
  const poll = (lastSeen: number | null, at: number, names: string[] = []) =>
    memory.see(hostSnapshot({ at, lastSeen, containers: running(names, NOON) }), null)
  poll(null, NOON)
  t.equal(memory.size, 0)
  poll(NOON + 5000, NOON + 5000)
  poll(NOON + 5000, NOON + 6000)
  const ring = memory.find('nas', '')?.ring
  t.strictSame([ring?.length, ring?.newest], [1, NOON / 1000 + 5])
  t.ok(ring?.values.subarray(0, 6).every(Number.isNaN))
  poll(NOON + 10_000, NOON + 10_000, ['web'])
  poll(NOON + 15_000, NOON + 15_000, ['web'])
  t.strictSame([ring?.length, ring?.values[6], ring?.values[12]], [3, 1, NaN], 'no value of an old sample')
  poll(null, NOON + 20_000)
  t.equal(ring?.length, 3, 'the host was added again')
})

t.test('keeps the sums of a host for as long as the host', async t => {
  const memory = new Memory(1)
  const names = named(MOST - 2)
  see(memory, names, NOON)
  for (let snapshot = 0; snapshot < 3; snapshot++) see(memory, ['gone', ...names], NOON)
  see(memory, ['new', 'newer', ...names], NOON + 5000)
  t.strictSame([memory.find('nas', '')?.ring.length, memory.find('nas', 'newer')], [3, null])
})

t.test('drops what is older than 15 minutes, and what exceeds a smaller budget', async t => {
  const memory = new Memory(2)
  see(memory, named(MOST + 10), NOON)
  see(memory, ['other'], NOON + MINUTE, 'pi')
  memory.prune(NOON + MINUTE, 1)
  t.equal(memory.size, MOST)
  memory.prune(NOON + 15.5 * MINUTE, 1)
  t.equal(memory.size, 2)
  memory.prune(NOON - 30 * MINUTE, 1)
  t.strictSame([memory.size, memory.bytes], [0, 0], 'the clock was set back')
})

t.test('warns once if there is no room for all', async t => {
  const { history, log, clock } = createHistory(t, { memory: 1, disk: false })
  const poll = async (count: number) => {
    clock.now += MINUTE
    history.see(hostSnapshot({ at: clock.now, containers: running(named(count), clock.now) }), null)
    await history.flush()
  }
  await poll(MOST + 1)
  await poll(MOST + 1)
  t.strictSame(log, ['warn Some containers have no history; raise history.memory'])
  await history.configure({ memory: 2, disk: false, file: '' })
  await poll(MOST + 1)
  t.equal(history.figures.series, MOST + 2)
  t.equal(log.length, 1)
})
