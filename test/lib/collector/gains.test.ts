import t from 'tap'
import { sampleOf } from '../../../lib/collector/sample.ts'
import { parseStats } from '../../../lib/engine/wire-stats.ts'
import { fixture } from '../../support/fixture.ts'
import type { Sample } from '../../../lib/model/sample.ts'

const recorded = JSON.parse(fixture('v28/stats-one-shot.json'))
const START = Date.parse('2026-11-25T00:00:00Z')

interface Poll {
  networks: Record<string, { rx_bytes: unknown, tx_bytes: unknown }> | undefined
  connections?: number
  cpu?: number
}

/** The samples of polls a second apart. */
function samplesOf (polls: readonly Poll[]): Sample[] {
  const samples: Sample[] = []
  for (const [index, { networks, connections = 0, cpu = 1e9 * (index + 1) }] of polls.entries()) {
    const at = START + index * 1000
    const cpuStats = { ...recorded.cpu_stats, cpu_usage: { total_usage: cpu } }
    const stats = parseStats({ ...recorded, read: new Date(at).toISOString(), networks, cpu_stats: cpuStats })
    if (stats) samples.push(sampleOf(stats, { at, atMonotonic: index * 1000, connections }, samples.at(-1) ?? null))
  }
  return samples
}

const eth = (rx: unknown, tx: unknown = 0) => ({ rx_bytes: rx, tx_bytes: tx })
const received = (polls: readonly Poll[]) => samplesOf(polls).map(({ rxBytesDelta }) => rxBytesDelta)

t.test('leaving a network adds nothing, and CPU is unaffected', async t => {
  const polls: Poll[] = [
    { networks: { eth0: eth(10e9), eth1: eth(5e9) } },
    { networks: { eth0: eth(10e9 + 100) } }
  ]
  t.strictSame(received(polls), [15e9, 100])
  t.match(samplesOf(polls)[1], { rxBytes: 10e9 + 100, rxBytesPerSecond: 100, cpuCores: 1 })
})

t.test('joining a network adds its counter if an event announced it, otherwise nothing', async t => {
  const before = { eth0: eth(1000) }
  const after = { eth0: eth(1010), eth1: eth(70) }
  t.strictSame(received([{ networks: before }, { networks: after, connections: 1 }]), [1000, 80])
  t.strictSame(received([{ networks: before }, { networks: after }]), [1000, 10])
  const moved = { eth7: eth(1010) }
  t.strictSame(received([{ networks: before }, { networks: moved }, { networks: { eth7: eth(1030) } }]), [1000, 0, 20])
  t.strictSame(received([{ networks: undefined }, { networks: before, connections: 1 }]), [null, 1000], 'first network')
  const two = { eth0: eth(1010), eth1: eth(70), eth2: eth(7) }
  t.strictSame(received([{ networks: before }, { networks: two, connections: 1 }]), [1000, 10], 'ambiguous')
})

t.test('after an unknown value the increase is unknown, never the whole counter', async t => {
  const polls = (odd: unknown) => [1000, odd, 3000, 3500].map(rx => ({ networks: { eth0: eth(rx, 5) } }))
  for (const odd of [18446744073709550000, 2 ** 63, null, 'many', -1, 1e17, undefined]) {
    const deltas = received(polls(odd))
    t.strictSame(deltas, [1000, null, null, 500], String(odd))
    t.match(samplesOf(polls(odd)).map(({ txBytesDelta }) => txBytesDelta), [5, 0, 0, 0], 'only one direction')
  }
  const absent = [{ networks: { eth0: eth(1000) } }, { networks: undefined }, { networks: { eth0: eth(3000) } }]
  t.strictSame(received(absent), [1000, null, null])
})

t.test('an impossible value stays unknown while it lasts, and its end is not a reset', async t => {
  for (const odd of [1e17, 14e15, 2 ** 61]) {
    for (const between of [[odd, odd, odd], [null, odd], [undefined, odd, odd], [odd, undefined, odd]]) {
      const polls = [1000, ...between, 3000, 3500].map(rx => ({
        networks: rx === undefined ? undefined : { eth0: eth(rx) }
      }))
      t.strictSame(received(polls), [1000, ...between.map(() => null), null, 500], `${between}`)
      t.match(samplesOf(polls)[between.length], { rxBytes: null }, 'is not shown either')
    }
  }
})

t.test('the increase is unknown if a joined network has an impossible counter', async t => {
  const joined = { eth0: eth(1010), eth1: eth(1e17) }
  t.strictSame(received([{ networks: { eth0: eth(1000) } }, { networks: joined, connections: 1 }]), [1000, null])
})

t.test('a reset of one counter clears only its own rate', async t => {
  const polls = [{ networks: { eth0: eth(1000, 2000) } }, { networks: { eth0: eth(70, 2300) } }]
  t.match(samplesOf(polls)[1], {
    rxBytesDelta: 70, rxBytesPerSecond: null, txBytesDelta: 300, txBytesPerSecond: 300, cpuCores: 1
  })
  const cpu = [{ networks: { eth0: eth(1000) }, cpu: 5e9 }, { networks: { eth0: eth(1500) }, cpu: 1e9 }]
  t.match(samplesOf(cpu)[1], { cpuCores: null, rxBytesDelta: 500, rxBytesPerSecond: 500, txBytesPerSecond: 0 })
})

t.test('if a sum over all networks falls while the container keeps running, the increase is unknown', async t => {
  const polls = [10e6, 58_942, 60_000].map(rx => ({ networks: { network: eth(rx, 7) } }))
  t.strictSame(received(polls), [10e6, null, 1058], 'a network was left')
  const restarted = polls.map((poll, index) => ({ ...poll, cpu: [9e9, 1e9, 2e9][index] }))
  t.strictSame(received(restarted), [10e6, 58_942, 1058], 'CPU time was reset too')
  t.match(samplesOf(polls)[1], { txBytesDelta: 0, rxBytesPerSecond: null, txBytesPerSecond: 0 })
})

t.test('ignores loopback', async t => {
  const [sample] = samplesOf([{ networks: { lo: eth(1e9, 1e9), eth0: eth(5, 6) } }])
  t.match(sample, { rxBytes: 5, txBytes: 6, rxBytesDelta: 5 })
  t.strictSame(Object.keys(sample?.interfaces ?? {}), ['eth0'])
  t.match(samplesOf([{ networks: { lo: eth(1e9) } }])[0], { rxBytes: null, interfaces: null })
})
