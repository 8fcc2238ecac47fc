import { fingerprint } from '../config/changes.ts'
import type { NotifyRule } from '../config/notify.ts'
import type { Log } from '../model/log.ts'
import type { HostSnapshot } from '../model/snapshot.ts'
import { monotonic, wallClock } from '../model/time.ts'
import type { Now } from './conditions/condition.ts'
import { noCounts, type Counts } from './counts.ts'
import { Delivery, type DeliveryOptions } from './delivery.ts'
import { Memory } from './memory.ts'
import { Rule } from './rule.ts'
import { parseTarget } from './targets/index.ts'
import type { Target } from './targets/target.ts'

/** Milliseconds between checks for what became due without a snapshot. */
const TICK = 1000

export interface NotifierOptions extends DeliveryOptions {
  /** Where it stores what it has told about. */
  file: string
  log: Log
  /** Whether to tell about a host, or leave that to another replica. */
  isTold?: (host: string) => boolean
  now?: (() => Now) | undefined
}

interface Member {
  config: string
  rule: Rule
  delivery: Delivery
  counts: Counts
}

const clocks = (): Now => ({ wall: wallClock(), monotonic: monotonic() })

/** Whether `next` tells what happened since `previous`: another replica may have gone on where one had ended. */
const isSequel = (next: HostSnapshot, previous: HostSnapshot) =>
  next.epoch === previous.epoch || (next.up !== null && previous.up !== null)

/** The URL was checked when the configuration was loaded. */
function targetOf ({ url }: NotifyRule): Target {
  const parsed = parseTarget(url)
  if ('problem' in parsed) throw new Error(parsed.problem)
  return parsed.target
}

/** Tells the targets of all rules what happens. */
export class Notifier {
  readonly #options: NotifierOptions
  readonly #memory: Memory
  readonly #now: () => Now
  #members = new Map<string, Member>()
  #timer: NodeJS.Timeout | undefined

  constructor (options: NotifierOptions) {
    this.#options = options
    this.#memory = new Memory(options.file, options.log)
    this.#now = options.now ?? clocks
  }

  /** Remembers what was told before a restart. */
  async start (): Promise<void> {
    await this.#memory.load()
    this.#timer = setInterval(() => this.tick(), TICK).unref()
  }

  /** Replaces the rules. Those that do not change keep their state, and all keep what they have told. */
  apply (rules: readonly NotifyRule[]): void {
    const before = this.#members
    this.#memory.keep(new Set(rules.map(({ name }) => name)))
    this.#members = new Map(rules.map(config => {
      const known = before.get(config.name)
      const isSame = known?.config === fingerprint(config)
      return [config.name, isSame ? known : this.#create(config, known?.counts)]
    }))
    for (const [name, member] of before) if (this.#members.get(name) !== member) member.delivery.close()
  }

  /** Takes the next snapshot of a host; null if the host was removed. */
  see (next: HostSnapshot | null, previous: HostSnapshot | null): void {
    const now = this.#now()
    for (const { rule } of this.#members.values()) {
      if (next) rule.see(next, previous && isSequel(next, previous) ? previous : null, now)
      else if (previous) rule.forget(previous.host, now)
    }
  }

  tick (): void {
    const now = this.#now()
    for (const { rule } of this.#members.values()) rule.tick(now)
  }

  counts (): ReadonlyMap<string, Counts> {
    return new Map([...this.#members].map(([name, { counts }]) => [name, counts]))
  }

  async close (): Promise<void> {
    clearInterval(this.#timer)
    for (const { delivery } of this.#members.values()) delivery.close()
    await this.#memory.close()
  }

  #create (config: NotifyRule, counts = noCounts()): Member {
    const { log, route, timeout, backOff, isTold = () => true } = this.#options
    const { name, url } = config
    const target = targetOf(config)
    const delivery = new Delivery({ rule: name, url, target, counts }, log, { route, timeout, backOff })
    const memory = this.#memory.of(name)
    const rule = new Rule({ config, target, memory, delivery, isTold, onHeld: () => { counts.throttled++ } })
    return { config: fingerprint(config), rule, delivery, counts }
  }
}
