import type { NotifyRule } from '../config/notify.ts'
import { glob } from '../model/glob.ts'
import type { HostSnapshot } from '../model/snapshot.ts'
import type { Condition, Now } from './conditions/condition.ts'
import { conditionsFor } from './conditions/index.ts'
import type { Delivery } from './delivery.ts'
import type { Signal } from './events.ts'
import type { RuleMemory } from './memory.ts'
import { messageOf, type Held } from './message.ts'
import type { Target } from './targets/target.ts'
import { Throttle, type Item } from './throttle.ts'

export interface RuleOptions {
  config: NotifyRule
  target: Target
  memory: RuleMemory
  delivery: Pick<Delivery, 'push'>
  /** Whether to tell about a host, or leave that to another replica. */
  isTold (host: string): boolean
  onHeld: () => void
}

function matcher (patterns: readonly string[]): (name: string) => boolean {
  const matches = patterns.map(glob)
  return name => matches.some(isMatch => isMatch(name))
}

/** Decides what one rule tells, and when. */
export class Rule {
  readonly #options: RuleOptions
  readonly #isHost: (name: string) => boolean
  readonly #conditions: Condition[]
  readonly #throttle: Throttle

  constructor (options: RuleOptions) {
    const { config, memory, onHeld } = options
    this.#options = options
    this.#isHost = matcher(config.hosts)
    this.#conditions = conditionsFor(config.on, { has: matcher(config.containers), problems: memory.problems })
    this.#throttle = new Throttle(config.throttle, onHeld)
  }

  /** @param previous null for the first snapshot of a collector, which brings no news */
  see (next: HostSnapshot, previous: HostSnapshot | null, now: Now): void {
    if (!this.#isHost(next.host)) return
    for (const condition of this.#conditions) {
      for (const signal of condition.see(next, previous, now)) this.#accept(signal, now)
    }
  }

  tick (now: Now): void {
    for (const signal of this.#conditions.flatMap(condition => condition.tick?.(now) ?? [])) this.#accept(signal, now)
    for (const { item, held } of this.#throttle.due(now.monotonic)) this.#tell(item, held)
  }

  /** Ends everything about a host that is no longer watched. */
  forget (host: string, now: Now): void {
    for (const condition of this.#conditions) condition.forget?.(host)
    for (const [key, problem] of this.#options.memory.problems) {
      if (problem.host !== host) continue
      const { event, container } = problem
      const occurrence = { event, at: now.wall, host, container, detail: '', exitCode: null, percent: null, ends: null }
      this.#accept({ kind: 'end', key, isQuiet: true, occurrence }, now)
    }
  }

  #accept (signal: Signal, now: Now) {
    const { memory } = this.#options
    if (signal.kind === 'end') return this.#end(signal)
    const { occurrence } = signal
    if (signal.kind === 'once') {
      if (memory.note(signal.id)) this.#offer({ occurrence, key: null }, now)
      return
    }
    const { key, id } = signal
    if (memory.problems.has(key) || (id !== undefined && !memory.note(id))) return
    const { event, at, host, container } = occurrence
    const isListened = this.#listensTo(event)
    memory.begin(key, { event, at, host, container, isTold: !isListened })
    if (isListened) this.#offer({ occurrence, key }, now)
  }

  /** The end of a problem is told at once, but only to those who were told about the problem. */
  #end ({ key, occurrence, isQuiet }: Signal & { kind: 'end' }) {
    const { memory, target } = this.#options
    const problem = memory.problems.get(key)
    if (!problem) return
    const { event, at, isTold } = problem
    memory.end(key)
    if (!isTold) return this.#throttle.cancel(occurrence, key)
    const isWanted = target.isStateful || (!isQuiet && this.#listensTo(occurrence.event))
    if (isWanted) this.#tell({ occurrence: { ...occurrence, ends: { event, at } }, key: null }, null)
  }

  #offer (item: Item, { monotonic }: Now) {
    if (this.#throttle.offer(item, monotonic)) this.#tell(item, null)
  }

  #tell ({ occurrence, key }: Item, held: Held | null) {
    const { config: { name, template }, target, memory, delivery, isTold } = this.#options
    if (key !== null) memory.tell(key)
    if (!isTold(occurrence.host)) return
    delivery.push(messageOf(occurrence, { rule: name, template, held, escape: target.escape }))
  }

  #listensTo (event: keyof NotifyRule['on']): boolean {
    return this.#options.config.on[event] !== undefined
  }
}
