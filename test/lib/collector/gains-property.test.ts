import fc from 'fast-check'
import t from 'tap'
import { sampleOf, withoutGains } from '../../../lib/collector/sample.ts'
import { parseStats } from '../../../lib/engine/wire-stats.ts'
import { fixture } from '../../support/fixture.ts'
import type { Sample } from '../../../lib/model/sample.ts'

const recorded = JSON.parse(fixture('v28/stats-one-shot.json'))
const START = Date.parse('2026-11-25T00:00:00Z')

/** Interfaces that there can be at a time. */
const SLOTS = 4

/** What becomes of one place for an interface before a poll; what does not fit it changes nothing. */
type Change = 'stays' | 'resets' | 'leaves' | 'joins' | 'appears' | 'appears with a past' | 'is renamed'

/** What the Engine gives: all, no answer, no networks, or something else for the counters of one interface. */
type Answer = 'true' | 'none' | 'no networks' | { odd: unknown }

interface Step {
  changes: Change[]
  /** Bytes received and sent by each interface that is there. */
  traffic: [number, number][]
  answer: Answer
}

/** An interface that really carries traffic, and its counters: received, sent. */
interface Interface {
  name: string
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

/** What drivers, kernels and Engines have been seen to say, and more that cannot be true. */
const ODD: unknown[] =
  [18446744073709550000, 18446744073709552000, 2 ** 63, 2 ** 62, 4e18, 1e17, 14e15, -1, null, 'many', undefined]

const known: Change[] = ['stays', 'stays', 'stays', 'stays', 'leaves', 'joins', 'joins']
const anyStep = stepOf(
  fc.constantFrom<Change>(...known, 'resets', 'appears', 'appears with a past', 'is renamed'),
  fc.oneof({ weight: 6, arbitrary: fc.constant<Answer>('true') },
    fc.constantFrom<Answer>('none', 'no networks'), fc.constantFrom(...ODD.map(odd => ({ odd })))))
const knownStep = stepOf(fc.constantFrom<Change>(...known), fc.constantFrom<Answer>('true', 'true', 'true', 'none'))
const resetStep = stepOf(fc.constantFrom<Change>(...known, 'resets'), fc.constant<Answer>('true'))

/** The interfaces of one container through a sequence of steps, and what is true of them since the last sample. */
class Interfaces {
  readonly #slots: (Interface | null)[] = [{ name: 'eth0', counters: [123_456_789, 987_654_321] }, null, null, null]
  /** The counters of those that have been in a sample, as they were last. */
  #sampled = new Map<string, readonly [number, number]>()
  #names = 1
  /** Those that have begun again since the last sample. */
  #begunAgain: Interface[] = []
  #isLost = false
  /** Bytes that were really received and sent, and connections that were told, since the last sample. */
  gained: [number, number] = [0, 0]
  connections = 0

  get present (): Interface[] {
    return this.#slots.flatMap(slot => slot ?? [])
  }

  /** Whether the counters tell all that was gained since the last sample: a reset has to show. */
  get isTold (): boolean {
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
    if (slot && isGoing && this.gained.some(bytes => bytes > 0)) this.#isLost = true // with what it moved meanwhile
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
      // One that joined since the last sample was never there: nothing else may be taken for it.
      if (!this.#sampled.has(slot.name) && this.connections > 0) this.connections--
    } else if (slot && change === 'resets') {
      slot.counters = [0, 0]
      this.#begunAgain.push(slot)
    }
  }

  /** There is a sample, with these interfaces in it: what comes is held against that. */
  sampled (shown: readonly Interface[]) {
    this.gained = [0, 0]
    this.connections = 0
    this.#isLost = false
    this.#begunAgain = []
    for (const { name, counters: [rx, tx] } of shown) this.#sampled.set(name, [rx, tx])
  }

  /** One that has been in a sample: only of those is it known what cannot be true. */
  get known (): Interface | undefined {
    return this.present.find(({ name }) => this.#sampled.has(name))
  }
}

/** The networks of an answer. */
function networksIn ({ present, known }: Interfaces, answer: Answer) {
  if (answer === 'no networks') return undefined
  return Object.fromEntries(present.map(entry => {
    const [rx, tx] = entry.counters
    return [entry.name, { rx_bytes: typeof answer === 'object' && entry === known ? answer.odd : rx, tx_bytes: tx }]
  }))
}

/** What one sample says, beside what is true. */
interface Finding {
  /** Of received and sent bytes. */
  deltas: (number | null)[]
  /** What was really gained since the sample before; all that the counters say in the first one. */
  real: number[]
  /** Whether nothing was unknown since the sample before. */
  isTold: boolean
}

/** Takes samples of interfaces that go through these steps, a second apart. */
function findingsOf (steps: readonly Step[]): Finding[] {
  const interfaces = new Interfaces()
  const findings: Finding[] = []
  let before: Sample | null = null
  /** Whether the sample before lacked something. */
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
    const { connections, gained, isTold, present } = interfaces
    before = sampleOf(stats, { at: 0, atMonotonic: index * 1000, connections }, before)
    const lacks = answer !== 'true' || present.length === 0
    const whole = ([0, 1] as const).map(direction => sum(present.map(({ counters }) => counters[direction])))
    findings.push({
      deltas: [before.rxBytesDelta, before.txBytesDelta],
      real: isFirst ? whole : gained,
      isTold: isTold && !lacks && !lacked
    })
    lacked = lacks
    interfaces.sampled(answer === 'no networks' ? [] : present)
  }
  return findings
}

/** Holds every sequence of such steps against what it must be. */
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

t.test('whatever interfaces do, a gain is never negative, and never above what they really gained', async t => {
  const samples = holds(anyStep, ({ deltas, real }, direction) => {
    const delta = deltas[direction] ?? 0
    return delta >= 0 && delta <= Number(real[direction])
  })
  t.ok(samples > 10_000, `${samples} samples`)
})

t.test('where nothing is unknown a gain is what they really gained', async t => {
  let told = 0
  for (const step of [anyStep, resetStep]) {
    holds(step, ({ deltas, real, isTold }, direction) => {
      if (isTold) told++
      return !isTold || deltas[direction] === real[direction]
    })
  }
  t.ok(told > 10_000, `${told} gains`)
})

t.test('over all polls the gains are the real traffic, where nothing is unknown', async t => {
  let sequences = 0
  fc.assert(fc.property(sequenceOf(knownStep), steps => {
    const findings = findingsOf(steps)
    if (!findings.every(({ isTold }) => isTold)) return
    sequences++
    for (const direction of [0, 1] as const) {
      const gained = sum(findings.map(({ deltas }) => Number(deltas[direction])))
      const real = sum(findings.map(({ real }) => Number(real[direction])))
      if (gained !== real) throw new Error(`${gained} of ${real}`)
    }
  }), { numRuns: 2000 })
  t.ok(sequences > 500, `${sequences} sequences`)
})
