import type { NotifyRule } from '../../lib/config/notify.ts'
import type { Now } from '../../lib/notify/conditions/condition.ts'
import { RuleMemory } from '../../lib/notify/memory.ts'
import type { Message } from '../../lib/notify/message.ts'
import { Rule } from '../../lib/notify/rule.ts'
import type { HostSnapshot } from '../../lib/model/snapshot.ts'
import type { Transition } from '../../lib/model/transition.ts'
import { AT, targetOf } from './messages.ts'
import { containerSnapshot, hostSnapshot } from './snapshots.ts'

export const ruleConfig = (given: Partial<NotifyRule> = {}): NotifyRule => ({
  name: 'ops',
  url: 'https://hook.example',
  on: {},
  hosts: ['*'],
  containers: ['*'],
  throttle: 0,
  template: null,
  ...given
})

/** Something that happens to the container `web`. */
export const transition = (given: Partial<Transition> = {}): Transition => ({
  id: 1,
  at: AT,
  host: 'nas',
  container: { id: 'c0ffee', name: 'web', image: 'nginx' },
  action: 'die',
  exitCode: null,
  health: null,
  detail: null,
  ...given
})

/** A rule whose clock the test sets, and the messages that it would send. */
export class TestRule {
  readonly memory: RuleMemory
  readonly messages: Message[] = []
  readonly #rule: Rule
  #previous: HostSnapshot | null = null
  #seconds = 0
  held = 0

  constructor (config: Partial<NotifyRule>, memory = new RuleMemory(() => {})) {
    const given = ruleConfig(config)
    this.memory = memory
    this.#rule = new Rule({
      config: given,
      target: targetOf(given.url),
      memory,
      delivery: { push: message => this.messages.push(message) },
      isTold: () => true,
      onHeld: () => { this.held++ }
    })
  }

  get now (): Now {
    return { wall: AT + this.#seconds * 1000, monotonic: this.#seconds * 1000 }
  }

  /** Sets the clock, in seconds since the start. */
  at (seconds: number): this {
    this.#seconds = seconds
    return this
  }

  /** The next snapshot of a host that is up and has the container `web`. */
  see (given: Partial<HostSnapshot> = {}): this {
    const { wall, monotonic } = this.now
    const next = hostSnapshot({
      up: true, isListed: true, containers: [containerSnapshot()], at: wall, atMonotonic: monotonic, ...given
    })
    const isKnown = this.#previous?.epoch === next.epoch
    this.#rule.see(next, isKnown ? this.#previous : null, this.now)
    this.#previous = next
    return this
  }

  /** The next snapshot, with what has happened since the previous one. */
  hear (...transitions: Partial<Transition>[]): this {
    return this.see({ transitions: transitions.map(transition) })
  }

  tick (): this {
    this.#rule.tick(this.now)
    return this
  }

  forget (host: string): this {
    this.#rule.forget(host, this.now)
    return this
  }

  /** The events of the messages since the last call. */
  events (): string[] {
    return this.messages.splice(0).map(({ event, ends }) => ends && ends.event === event ? `${event} ended` : event)
  }
}
