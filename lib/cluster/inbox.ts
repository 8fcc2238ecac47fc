import { newsIn } from '../collector/resume.ts'
import { ReplicaLost } from '../errors.ts'
import type { HostSnapshot } from '../model/snapshot.ts'
import { monotonic, wallClock } from '../model/time.ts'
import type { Transition } from '../model/transition.ts'
import type { Leases } from './leases.ts'
import type { Ledger } from './ledger.ts'
import type { Message } from './message.ts'
import { apply, versionOf, type HostPatch } from './patch.ts'

type News = Extract<Message, { kind: 'news' }>

/** How fast the estimate of the difference between two clocks follows when messages take longer. */
const DRIFT = 0.001

/** Milliseconds until a snapshot that was asked for is asked for again. */
const PATIENCE = 5000

export interface InboxOptions {
  ledger: Ledger
  leases: Pick<Leases, 'fenceOf' | 'isShown' | 'lose'>
  /** Milliseconds without news of a replica until its hosts say so. */
  silence: number
  transitions (host: string): readonly Transition[]
  put (snapshot: HostSnapshot): void
  ask (from: string, hosts: readonly string[]): void
}

/** Takes what other replicas send. */
export class Inbox {
  readonly #options: InboxOptions
  /** What to add to the monotonic clock of each replica to get ours: the least of what messages took. */
  readonly #offsets = new Map<string, number>()
  readonly #asked = new Map<string, number>()
  readonly #silent = new Set<string>()
  readonly #lags = new Map<string, number>()

  constructor (options: InboxOptions) {
    this.#options = options
  }

  take (from: string, { sentAt, names, patches }: News): void {
    const { ledger, leases, transitions, put, ask } = this.#options
    const now = monotonic()
    const offset = this.#offsetOf(from, now - sentAt)
    const missing: string[] = []
    for (const patch of patches.filter(patch => this.#isCurrent(patch))) {
      if (leases.fenceOf(patch.host) !== undefined) leases.lose(patch.host)
      const before = ledger.get(patch.host)?.snapshot ?? null
      if (patch.base !== null && (!before || versionOf(before) !== patch.base)) {
        missing.push(patch.host)
        continue
      }
      // A whole snapshot repeats the latest transitions.
      const news = newsIn(patch.transitions, transitions(patch.host))
      const next = { ...patch, transitions: news }
      const snapshot = apply(patch.base === null ? null : before, next, { names, offset })
      ledger.set(patch.host, { snapshot, fence: patch.fence, from })
      this.#silent.delete(patch.host)
      this.#asked.delete(patch.host)
      this.#lags.set(from, now - snapshot.atMonotonic)
      put(snapshot)
    }
    const due = missing.filter(host => now - (this.#asked.get(host) ?? -Infinity) > PATIENCE)
    for (const host of due) this.#asked.set(host, now)
    if (due.length > 0) ask(from, due)
  }

  /**
   * Says of hosts, once, that the replica which polls them has not been heard of for long.
   * @param heardAt when a replica was last heard of, on the monotonic clock; undefined if it is unknown
   */
  age (heardAt: (replica: string) => number | undefined): void {
    const now = monotonic()
    const { ledger, leases, silence, put } = this.#options
    for (const [host, { snapshot, from }] of ledger) {
      const isTheirs = leases.isShown(host) && leases.fenceOf(host) === undefined
      if (!isTheirs) this.#silent.delete(host)
      if (!isTheirs || this.#silent.has(host)) continue
      const at = heardAt(from) ?? snapshot.atMonotonic
      if (now - at < silence) continue
      this.#silent.add(host)
      const { code, message } = new ReplicaLost(snapshot.replica, new Date(wallClock() - (now - at)).toISOString())
      put(Object.freeze({ ...snapshot, epoch: `${snapshot.epoch}~`, error: { code, message }, transitions: [] }))
    }
  }

  /** Milliseconds from the end of the last poll of a replica until we had its result; null while unknown. */
  lagOf (replica: string): number | null {
    return this.#lags.get(replica) ?? null
  }

  /** How many hosts have no news, because the replica that polls them has not been heard of. */
  get silent (): number {
    return this.#silent.size
  }

  #offsetOf (from: string, measured: number): number {
    const known = this.#offsets.get(from) ?? measured
    const offset = measured < known ? measured : known + DRIFT * (measured - known)
    this.#offsets.set(from, offset)
    return offset
  }

  #isCurrent ({ host, fence }: HostPatch): boolean {
    const { ledger, leases } = this.#options
    return leases.isShown(host) && fence >= (leases.fenceOf(host) ?? 0) && fence >= (ledger.get(host)?.fence ?? 0)
  }
}
