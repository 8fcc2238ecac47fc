import fc from 'fast-check'
import t from 'tap'
import { sampleOf, type Sample } from '../../../lib/collector/sample.ts'
import { parseStats } from '../../../lib/engine/wire-stats.ts'
import { fixture } from '../../fixture.ts'

const recorded = JSON.parse(fixture('v28/stats-one-shot.json'))
const START = Date.parse('2026-11-25T00:00:00Z')

interface Poll {
  networks: Record<string, { rx_bytes: unknown, tx_bytes: unknown }> | undefined
  connections?: number
  cpu?: number
}

/** The samples of polls a second apart that answer with these networks. */
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

t.test('a network that is left gains nothing, and CPU goes on', async t => {
  const polls: Poll[] = [
    { networks: { eth0: eth(10e9), eth1: eth(5e9) } },
    { networks: { eth0: eth(10e9 + 100) } }
  ]
  t.strictSame(received(polls), [15e9, 100])
  t.match(samplesOf(polls)[1], { rxBytes: 10e9 + 100, rxBytesPerSecond: 100, cpuCores: 1 })
})

t.test('a network that is joined gains its counter where that was told, and else nothing', async t => {
  const before = { eth0: eth(1000) }
  const after = { eth0: eth(1010), eth1: eth(70) }
  t.strictSame(received([{ networks: before }, { networks: after, connections: 1 }]), [1000, 80])
  t.strictSame(received([{ networks: before }, { networks: after }]), [1000, 10])
  const moved = { eth7: eth(1010) }
  t.strictSame(received([{ networks: before }, { networks: moved }, { networks: { eth7: eth(1030) } }]), [1000, 0, 20])
  t.strictSame(received([{ networks: undefined }, { networks: before, connections: 1 }]), [null, 1000], 'from none')
  const two = { eth0: eth(1010), eth1: eth(70), eth2: eth(7) }
  t.strictSame(received([{ networks: before }, { networks: two, connections: 1 }]), [1000, 10], 'which of them?')
})

t.test('after an unknown value the gain is unknown, never the whole counter', async t => {
  const polls = (odd: unknown) => [1000, odd, 3000, 3500].map(rx => ({ networks: { eth0: eth(rx, 5) } }))
  for (const odd of [18446744073709550000, 2 ** 63, null, 'many', -1, 1e17, undefined]) {
    const deltas = received(polls(odd))
    t.strictSame(deltas, [1000, null, null, 500], String(odd))
    t.match(samplesOf(polls(odd)).map(({ txBytesDelta }) => txBytesDelta), [5, 0, 0, 0], 'the other direction goes on')
  }
  const absent = [{ networks: { eth0: eth(1000) } }, { networks: undefined }, { networks: { eth0: eth(3000) } }]
  t.strictSame(received(absent), [1000, null, null])
})

t.test('loopback counts nowhere', async t => {
  const [sample] = samplesOf([{ networks: { lo: eth(1e9, 1e9), eth0: eth(5, 6) } }])
  t.match(sample, { rxBytes: 5, txBytes: 6, rxBytesDelta: 5 })
  t.strictSame(Object.keys(sample?.interfaces ?? {}), ['eth0'])
  t.match(samplesOf([{ networks: { lo: eth(1e9) } }])[0], { rxBytes: null, interfaces: null })
})

/** What happens between two polls. */
const step = fc.record({
  /** Bytes that each of three interfaces receives, where it is there. */
  traffic: fc.tuple(fc.nat(1e6), fc.nat(1e6), fc.nat(1e6)),
  /** Which interfaces begin again, leave, arrive. */
  resets: fc.tuple(fc.boolean(), fc.boolean(), fc.boolean()),
  toggles: fc.tuple(fc.boolean(), fc.boolean(), fc.boolean()),
  isTold: fc.boolean(),
  /** Whether an arriving interface has counted elsewhere before. */
  isOld: fc.boolean(),
  /** Whether the poll sees no networks, or nonsense for one of them. */
  fault: fc.constantFrom(null, null, null, null, null, 'absent' as const, 'absurd' as const, 'huge' as const)
})

type Step = typeof step extends fc.Arbitrary<infer T> ? T : never

const ODD = { absurd: 18446744073709550000, huge: 4e18 }

/** Interfaces that really carry traffic, as one sequence of steps has it. */
class Interfaces {
  readonly #counters: (number | null)[] = [123_456_789, null, null]
  /** Whether everything that was gained can be told from the counters. */
  isTold = true

  /** @returns what they gained, and of how many arrivals the Engine told */
  move ({ traffic, resets, toggles, isTold, isOld }: Step, isFirst: boolean) {
    let gained = 0
    let connections = 0
    for (const [nth, counter] of this.#counters.entries()) {
      const bytes = Number(traffic[nth])
      const isReset = Boolean(resets[nth]) && !isFirst
      if (toggles[nth] && !isFirst) {
        this.#counters[nth] = counter === null ? (isOld ? 5e9 : 0) + bytes : null
        if (counter !== null) continue
        gained += bytes
        if (isTold && !isOld) connections++
        else this.isTold = false
      } else if (counter !== null) {
        if (isReset && bytes >= counter) this.isTold = false
        this.#counters[nth] = isReset ? bytes : counter + bytes
        gained += bytes
      }
    }
    return { gained, connections }
  }

  get present (): [string, number][] {
    return this.#counters.flatMap((counter, nth) => counter === null ? [] : [[`eth${nth}`, counter]])
  }
}

/** The networks that a poll sees. */
function seen ({ present }: Interfaces, fault: Step['fault']): Poll['networks'] {
  if (fault === 'absent') return undefined
  const networks = Object.fromEntries(present.map(([name, counter]) => [name, eth(counter)]))
  const [first] = present
  if (fault && first) networks[first[0]] = eth(ODD[fault])
  return networks
}

t.test('whatever interfaces do, gains are what they really gained', async t => {
  fc.assert(fc.property(fc.array(step, { minLength: 2, maxLength: 30 }), steps => {
    const interfaces = new Interfaces()
    let before: Sample | null = null
    let wasOdd = false
    let [sum, real] = [0, 0]
    for (const [index, step] of steps.entries()) {
      const { gained, connections } = interfaces.move(step, index === 0)
      const read = new Date(START + index * 1000).toISOString()
      const stats = parseStats({ ...recorded, read, networks: seen(interfaces, step.fault) })
      const whole = interfaces.present.reduce((total, [, counter]) => total + counter, 0)
      const most = before === null ? whole : gained
      if (stats) before = sampleOf(stats, { at: 0, atMonotonic: index * 1000, connections }, before)
      const delta = before?.rxBytesDelta ?? null
      if (delta !== null && (delta < 0 || delta > most)) throw new Error(`${delta} of ${most} in step ${index}`)
      const isOdd = step.fault !== null || interfaces.present.length === 0
      if (isOdd || wasOdd) interfaces.isTold = false
      wasOdd = isOdd
      sum += delta ?? 0
      real += most
    }
    if (interfaces.isTold && sum !== real) throw new Error(`${sum} of ${real} in all`)
  }), { numRuns: 3000 })
  t.pass('in 3,000 sequences')
})
