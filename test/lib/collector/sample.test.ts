import t from 'tap'
import { memoryInUse, sampleOf, withoutGains, withoutZeroTraffic } from '../../../lib/collector/sample.ts'
import { parseStats, type ContainerStats } from '../../../lib/engine/wire-stats.ts'
import { fixture } from '../../support/fixture.ts'
import type { Sample } from '../../../lib/model/sample.ts'

function recorded (name: string): ContainerStats {
  const stats = parseStats(JSON.parse(fixture(name)))
  if (!stats) throw new Error(`${name} has no sample`)
  return stats
}

const sampleAt = (milliseconds: number, stats: ContainerStats, before: Sample | null = null, connections = 0) =>
  sampleOf(stats, { at: 7, atMonotonic: milliseconds, connections }, before)

t.test('memory matches docker stats', async t => {
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
  t.match(sampleAt(9, recorded('v28/stats-one-shot.json')), {
    at: 7,
    atMonotonic: 9,
    cpuNanoseconds: 24064939738,
    rxBytes: 2724,
    txBytes: 252,
    rxBytesDelta: 2724,
    txBytesDelta: 252
  })
  t.match(sampleAt(9, recorded('stats-host.json')), {
    rxBytes: null, txBytes: null, rxBytesDelta: null, txBytesDelta: null
  })
})

t.test('without a network of its own, zeros become null and other counters stay', async t => {
  const sample = sampleAt(1, recorded('stats-one-shot.json'))
  t.equal(withoutZeroTraffic(sample), sample)
  const silent = { ...sample, rxBytes: 0, txBytes: 0 }
  t.match(withoutZeroTraffic(silent), { at: 7, interfaces: null, rxBytes: null, txBytes: null, rxBytesDelta: null })
  const none = { ...silent, interfaces: null, rxBytes: null }
  t.equal(withoutZeroTraffic(none), none)
})

const none = {
  cpuCores: null,
  rxBytesPerSecond: null,
  txBytesPerSecond: null,
  blockReadBytesPerSecond: null,
  blockWriteBytesPerSecond: null
}

t.test("rates use the Engine's clock, and are null without a previous sample", async t => {
  const stats = recorded('cgroup2/stats-io.json')
  const first = sampleAt(1000, stats)
  t.match(first, none)
  const { interfaces, blockDevices } = first
  const eth0 = { ...interfaces?.eth0, rxBytes: Number(first.rxBytes) - 400, txBytes: first.txBytes }
  const [device = ''] = Object.keys(blockDevices ?? {})
  const written = { readBytes: first.blockReadBytes, writeBytes: Number(first.blockWriteBytes) - 8 }
  const before = {
    ...first,
    readAt: first.readAt - 4000,
    cpuNanoseconds: Number(first.cpuNanoseconds) - 2e9,
    interfaces: { eth0 },
    blockDevices: { [device]: written }
  } as Sample
  const rates = { cpuCores: 0.5, rxBytesPerSecond: 100, txBytesPerSecond: 0, blockWriteBytesPerSecond: 2 }
  t.match(sampleAt(5000, stats, before), rates, "by the Engine's clock")
  t.match(sampleAt(1000 + 4500, stats, before), rates, 'the response took longer')
  for (const hours of [-1, 1]) {
    const set = { ...before, readAt: before.readAt + hours * 3_600_000 }
    t.match(sampleAt(5000, stats, set), rates, "by our clock, because the Engine's was set")
  }
  t.match(sampleAt(1000, stats, { ...first }), none, 'no time has passed')
  const noCpu = { ...stats, cpu: { ...stats.cpu, total: null } }
  t.match(sampleAt(5000, noCpu, before), { ...rates, cpuCores: null }, 'an unknown value clears no other rate')
  const gained = sampleAt(5000, stats, before)
  t.match(withoutGains(gained), { ...none, rxBytesDelta: null, rxBytes: first.rxBytes })

  const resets = [
    [{ cpuNanoseconds: 1e18 }, { cpuCores: null }],
    [{ interfaces: { eth0: { ...eth0, txBytes: 1e11 } } }, { txBytesPerSecond: null, txBytesDelta: first.txBytes }],
    [{ blockDevices: { [device]: { ...written, writeBytes: 1e12 } } }, { blockWriteBytesPerSecond: null }]
  ] as const
  for (const [reset, blanked] of resets) {
    const title = `a reset of ${Object.keys(reset)} clears no other rate`
    t.match(sampleAt(5000, stats, { ...before, ...reset } as Sample), { ...rates, ...blanked }, title)
  }
})

t.test('CPU time is unknown until it exceeds 0', async t => {
  const stats = recorded('stats-one-shot.json')
  const idle = { ...stats, cpu: { ...stats.cpu, total: 0, user: 0, system: 0 } }
  const unknown = { cpuNanoseconds: null, cpuUserNanoseconds: null, cpuSystemNanoseconds: null, cpuCores: null }
  const first = sampleAt(1, idle)
  t.match(first, unknown)
  t.match(sampleAt(2, idle, first), unknown)
  const counting = sampleAt(3, stats, first)
  t.match(counting, { cpuNanoseconds: stats.cpu.total, cpuUserNanoseconds: stats.cpu.user, cpuCores: null })
  t.match(sampleAt(4, idle, counting), { cpuNanoseconds: 0, cpuUserNanoseconds: 0 }, 'has just restarted')
})
