import t from 'tap'
import { memoryInUse, sampleIn, sampleOf, withoutGains } from '../../../lib/collector/sample.ts'
import { parseStats, type ContainerStats } from '../../../lib/engine/wire-stats.ts'
import { fixture } from '../../fixture.ts'

function recorded (name: string): ContainerStats {
  const stats = parseStats(JSON.parse(fixture(name)))
  if (!stats) throw new Error(`${name} has no sample`)
  return stats
}

t.test('memory is what docker stats shows', async t => {
  const nothing = { usage: null, limit: null, cache: null, swap: null, totalInactiveFile: null, inactiveFile: null }
  const cases = [
    [{}, null],
    [{ usage: 100 }, 100],
    [{ usage: 100, totalInactiveFile: 30, inactiveFile: 10 }, 70],
    [{ usage: 100, inactiveFile: 10 }, 90],
    [{ usage: 100, totalInactiveFile: 100, inactiveFile: 10 }, 90],
    [{ usage: 100, inactiveFile: 100 }, 100],
    [{ usage: 0, inactiveFile: 0 }, 0]
  ] as const
  for (const [memory, bytes] of cases) t.equal(memoryInUse({ ...nothing, ...memory }), bytes, JSON.stringify(memory))
  t.equal(memoryInUse(recorded('cgroup2/stats-mem.json').memory), 21843968 - 20971520)
})

t.test('sums all interfaces', async t => {
  t.match(sampleOf(recorded('v28/stats-one-shot.json'), 7, null), {
    at: 7, cpuNanoseconds: 24064939738, rxBytes: 2724, txBytes: 252, rxBytesDelta: 2724, txBytesDelta: 252
  })
  t.match(sampleOf(recorded('stats-host.json'), 7, null), {
    rxBytes: null, txBytes: null, rxBytesDelta: null, txBytesDelta: null
  })
})

t.test('a delta is what came since the sample before, never negative', async t => {
  const stats = recorded('v28/stats-one-shot.json')
  const at = (rxBytes: number | null, txBytes: number | null) => ({ ...sampleOf(stats, 1, null), rxBytes, txBytes })
  const cases = [
    [at(2724, 252), 0, 0, 'nothing moved'],
    [at(2000, 200), 724, 52, 'more came'],
    [at(9000, 252), 2724, 0, 'one counter began anew'],
    [at(null, null), 2724, 252, 'a network came up']
  ] as const
  for (const [before, rxBytesDelta, txBytesDelta, title] of cases) {
    t.match(sampleOf(stats, 2, before), { rxBytesDelta, txBytesDelta }, title)
  }
})

t.test('a container without a network of its own has no bytes, not 0', async t => {
  const sample = sampleOf(recorded('stats-one-shot.json'), 1, null)
  for (const mode of ['bridge', 'container:abc', null]) t.equal(sampleIn(mode, sample), sample)
  for (const mode of ['host', 'none']) {
    t.match(sampleIn(mode, sample), { at: 1, rxBytes: null, txBytes: null, rxBytesDelta: null, txBytesDelta: null })
  }
})

t.test('rates are what came by the second of the Engine, null without a sample before', async t => {
  const stats = recorded('cgroup2/stats-io.json')
  const first = sampleOf(stats, 1000, null)
  const none = {
    cpuCores: null,
    rxBytesPerSecond: null,
    txBytesPerSecond: null,
    blockReadBytesPerSecond: null,
    blockWriteBytesPerSecond: null
  }
  t.match(first, none)
  const before = {
    ...first,
    readAt: first.readAt - 4000,
    cpuNanoseconds: Number(first.cpuNanoseconds) - 2e9,
    rxBytes: Number(first.rxBytes) - 400,
    blockWriteBytes: Number(first.blockWriteBytes) - 8
  }
  const rates = { cpuCores: 0.5, rxBytesPerSecond: 100, txBytesPerSecond: 0, blockWriteBytesPerSecond: 2 }
  t.match(sampleOf(stats, 5000, before), rates, 'by the clock of the Engine')
  t.match(sampleOf(stats, 1000 + 4500, before), rates, 'the answer took longer')
  for (const hours of [-1, 1]) {
    const set = { ...before, readAt: before.readAt + hours * 3_600_000 }
    t.match(sampleOf(stats, 5000, set), rates, 'the clock of the Engine was set: by ours')
  }
  t.match(sampleOf(stats, 1000, { ...first }), none, 'no time went by')
  t.match(sampleOf(stats, 5000, { ...before, blockReadBytes: 1e15 }), none, 'one counter went back: all began anew')
  t.match(sampleOf(stats, 5000, { ...before, txBytes: null }), { ...rates, txBytesPerSecond: null })
  const noCpu = { ...stats, cpu: { ...stats.cpu, total: null } }
  t.match(sampleOf(noCpu, 5000, before), { ...rates, cpuCores: null }, 'what is unknown has not gone back')
  t.match(withoutGains(sampleOf(stats, 5000, before)), { ...none, rxBytesDelta: null, rxBytes: first.rxBytes })
})
