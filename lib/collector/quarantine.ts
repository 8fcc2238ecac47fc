import { monotonic } from '../model/time.ts'
import { backOff } from './back-off.ts'

interface Held {
  times: number
  until: number
  error: unknown
}

/** Excludes containers from calls, longer with every failure, because a hanging call keeps costing the Engine. */
export class Quarantine {
  readonly #first: number
  readonly #most: number
  readonly #held = new Map<string, Held>()

  /** `first` and `most` bound the time in quarantine, milliseconds. */
  constructor (first: number, most: number) {
    this.#first = first
    this.#most = most
  }

  holds (id: string): boolean {
    const held = this.#held.get(id)
    return held !== undefined && monotonic() < held.until
  }

  /** @param first overrides the initial time in quarantine, milliseconds */
  add (id: string, error: unknown, first = this.#first): void {
    const times = (this.#held.get(id)?.times ?? 0) + 1
    const until = monotonic() + backOff(times, first, Math.max(first, this.#most))
    this.#held.set(id, { times, until, error })
  }

  release (id: string): void {
    this.#held.delete(id)
  }

  clear (): void {
    this.#held.clear()
  }

  keep (ids: ReadonlySet<string>): void {
    for (const id of this.#held.keys()) if (!ids.has(id)) this.#held.delete(id)
  }

  /** The last error of each container that is in quarantine or has not succeeded since. */
  get errors (): ReadonlyMap<string, unknown> {
    return new Map([...this.#held].map(([id, { error }]) => [id, error]))
  }
}
