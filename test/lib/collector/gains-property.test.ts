import fc from 'fast-check'
import t from 'tap'
import { sampleOf, withoutGains } from '../../../lib/collector/sample.ts'
import { parseStats } from '../../../lib/engine/wire-stats.ts'
import { fixture } from '../../support/fixture.ts'
import type { Sample } from '../../../lib/model/sample.ts'

const recorded = JSON.parse(fixture('v28/stats-one-shot.json'))
const START = Date.parse('2026-11-25T00:00:00Z')

/** Maximum number of interfaces at a time. */
const SLOTS = 4

/** What happens to the interface in a slot before a poll; changes that do not apply are ignored. */
type Change = 'stays' | 'resets' | 'leaves' | 'joins' | 'appears' | 'appears with a past' | 'is renamed'

/** The Engine's response: the truth, none, no networks, or an odd counter of one interface. */
type Answer = 'true' | 'none' | 'no networks' | { odd: unknown }

interface Step {
  changes: Change[]
  /** Bytes received and sent by the interface in each slot. */
  traffic: [number, number][]
  answer: Answer
}

interface Interface {
  name: string
  /** Bytes received and sent. */
  counters: [number, number]
}

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0)

const bytes = fc.oneof(fc.constant(0), fc.nat(100), fc.nat(1e6))
const stepOf = (changes: fc.Arbitrary<Change>, answer: fc.Arbitrary<Answer>): fc.Arbitrary<Step> => fc.record({
  changes: fc.array(changes, { minLength: SLOTS, maxLength: SLOTS }),
  traffic: fc.array(fc.tuple(bytes, bytes), { minLength: SLOTS, maxLength: SLOTS }),
  answer
})

const sequenceOf = (step: fc.Arbitrary<Step>) => fc.array(step, { minLength: 2, maxLength: 30, size: 'max' })

/** Values seen from drivers, kernels and Engines, and other impossible ones. */
const ODD: unknown[] =
  [18446744073709550000, 18446744073709552000, 2 ** 63, 2 ** 62, 4e18, 1e17, 14e15, -1, null, 'many', undefined]

const known: Change[] = ['stays', 'stays', 'stays', 'stays', 'leaves', 'joins', 'joins']
const anyStep = stepOf(
  fc.constantFrom<Change>(...known, 'resets', 'appears', 'appears with a past', 'is renamed'),
  fc.oneof({ weight: 6, arbitrary: fc.constant<Answer>('true') },
    fc.constantFrom<Answer>('none', 'no networks'), fc.constantFrom(...ODD.map(odd => ({ odd })))))
const knownStep = stepOf(fc.constantFrom<Change>(...known), fc.constantFrom<Answer>('true', 'true', 'true', 'none'))
const resetStep = stepOf(fc.constantFrom<Change>(...known, 'resets'), fc.constant<Answer>('true'))

/** Simulates the interfaces of a container, and knows what really happened since the last sample. */
class Interfaces {
  readonly #slots: (Interface | null)[] = [{ name: 'eth0', counters: [123_456_789, 987_654_321] }, null, null, null]
  /** Last sampled counters by interface name. */
  #sampled = new Map<string, readonly [number, number]>()
  #names = 1
  /** Interfaces that were reset since the last sample. */
  #begunAgain: Interface[] = []
  #isLost = false
  /** Bytes really received and sent, and announced connections, since the last sample. */
  gained: [number, number] = [0, 0]
  connections = 0

  get present (): Interface[] {
    return this.#slots.flatMap(slot => slot ?? [])
  }

  /** Whether the counters reveal all traffic since the last sample: a reset has to be visible. */
  get isVisible (): boolean {
    return !this.#isLost && this.#begunAgain.every(({ name, counters }) => {
      const sampled = this.#sampled.get(name)
      return !sampled || [0, 1].every(direction => Number(counters[direction]) < Number(sampled[direction]))
    })
  }

  move ({ changes, traffic }: Step) {
    for (const [place, slot] of this.#slots.entries()) this.#change(place, slot, changes[place] ?? 'stays')
    for (const [place, slot] of this.#slots.entries()) {
      if (!slot) continue
      for (const direction of [0, 1] as const) {
        const moved = traffic[place]?.[direction] ?? 0
        slot.counters[direction] += moved
        this.gained[direction] += moved
      }
    }
  }

  #change (place: number, slot: Interface | null, change: Change) {
    const begin = (counters: [number, number]) => {
      this.#slots[place] = { name: `eth${this.#names++}`, counters }
    }
    const isGoing = change === 'leaves' || change === 'resets'
    if (slot && isGoing && this.gained.some(bytes => bytes > 0)) this.#isLost = true // together with its traffic
    if (!slot && change === 'joins') {
      begin([0, 0])
      this.connections++
    } else if (!slot && change.startsWith('appears')) {
      begin(change === 'appears' ? [0, 0] : [5e9, 7e9])
      this.#isLost = true
    } else if (slot && change === 'is renamed') {
      begin(slot.counters)
      this.#isLost = true
    } else if (slot && change === 'leaves') {
      this.#slots[place] = null
      // It joined after the last sample, so its connection must not be attributed to another interface.
      if (!this.#sampled.has(slot.name) && this.connections > 0) this.connections--
    } else if (slot && change === 'resets') {
      slot.counters = [0, 0]
      this.#begunAgain.push(slot)
    }
  }

  /** Records a sample with these interfaces; later ones are compared with it. */
  sampled (shown: readonly Interface[]) {
    this.gained = [0, 0]
    this.connections = 0
    this.#isLost = false
    this.#begunAgain = []
    for (const { name, counters: [rx, tx] } of shown) this.#sampled.set(name, [rx, tx])
  }

  /** An interface that was sampled before: only for those can a value be recognized as impossible. */
  get known (): Interface | undefined {
    return this.present.find(({ name }) => this.#sampled.has(name))
  }
}

function networksIn ({ present, known }: Interfaces, answer: Answer) {
  if (answer === 'no networks') return undefined
  return Object.fromEntries(present.map(entry => {
    const [rx, tx] = entry.counters
    return [entry.name, { rx_bytes: typeof answer === 'object' && entry === known ? answer.odd : rx, tx_bytes: tx }]
  }))
}

/** A sample compared with the truth. */
interface Finding {
  /** Increase of received and sent bytes. */
  deltas: (number | null)[]
  /** The real increase since the previous sample; the whole counters in the first one. */
  real: number[]
  /** Whether nothing was unknown since the previous sample. */
  isVisible: boolean
}

/** Samples simulated interfaces after each step, a second apart. */
function findingsOf (steps: readonly Step[]): Finding[] {
  const interfaces = new Interfaces()
  const findings: Finding[] = []
  let before: Sample | null = null
  /** Whether the previous sample was incomplete. */
  let lacked = false
  for (const [index, step] of steps.entries()) {
    const isFirst = before === null
    if (!isFirst) interfaces.move(step)
    const answer: Answer = isFirst ? 'true' : step.answer
    if (before && answer === 'none') {
      before = withoutGains(before)
      continue
    }
    const networks = networksIn(interfaces, answer)
    const stats = parseStats({ ...recorded, read: new Date(START + index * 1000).toISOString(), networks })
    if (!stats) throw new Error('no sample')
    const { connections, gained, isVisible, present } = interfaces
    before = sampleOf(stats, { at: 0, atMonotonic: index * 1000, connections }, before)
    const lacks = answer !== 'true' || present.length === 0
    const whole = ([0, 1] as const).map(direction => sum(present.map(({ counters }) => counters[direction])))
    findings.push({
      deltas: [before.rxBytesDelta, before.txBytesDelta],
      real: isFirst ? whole : gained,
      isVisible: isVisible && !lacks && !lacked
    })
    lacked = lacks
    interfaces.sampled(answer === 'no networks' ? [] : present)
  }
  return findings
}

/** Checks random sequences of steps; returns the number of samples. */
function holds (step: fc.Arbitrary<Step>, check: (finding: Finding, direction: 0 | 1) => boolean): number {
  let samples = 0
  fc.assert(fc.property(sequenceOf(step), steps => {
    for (const [index, finding] of findingsOf(steps).entries()) {
      samples++
      for (const direction of [0, 1] as const) {
        if (!check(finding, direction)) throw new Error(`sample ${index}: ${JSON.stringify(finding)}`)
      }
    }
  }), { numRuns: 2000 })
  return samples
}

t.test('an increase is never negative and never exceeds the real one, whatever interfaces do', async t => {
  const samples = holds(anyStep, ({ deltas, real }, direction) => {
    const delta = deltas[direction] ?? 0
    return delta >= 0 && delta <= Number(real[direction])
  })
  t.ok(samples > 10_000, `${samples} samples`)
})

t.test('an increase equals the real one if nothing is unknown', async t => {
  let checked = 0
  for (const step of [anyStep, resetStep]) {
    holds(step, ({ deltas, real, isVisible }, direction) => {
      if (isVisible) checked++
      return !isVisible || deltas[direction] === real[direction]
    })
  }
  t.ok(checked > 10_000, `${checked} increases`)
})

t.test('over all polls the increases add up to the real traffic if nothing is unknown', async t => {
  let sequences = 0
  fc.assert(fc.property(sequenceOf(knownStep), steps => {
    const findings = findingsOf(steps)
    if (!findings.every(({ isVisible }) => isVisible)) return
    sequences++
    for (const direction of [0, 1] as const) {
      const gained = sum(findings.map(({ deltas }) => Number(deltas[direction])))
      const real = sum(findings.map(({ real }) => Number(real[direction])))
      if (gained !== real) throw new Error(`${gained} of ${real}`)
    }
  }), { numRuns: 2000 })
  t.ok(sequences > 500, `${sequences} sequences`)
})
