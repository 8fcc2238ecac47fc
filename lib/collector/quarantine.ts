import { monotonic } from '../model/time.ts'
import { backOff } from './back-off.ts'

interface Held {
  times: number
  until: number
  error: unknown
}

/** Containers that are left alone for a while, each longer with every time: what hangs goes on costing the Engine. */
export class Quarantine {
  readonly #first: number
  readonly #most: number
  readonly #held = new Map<string, Held>()

  /**
   * @param first milliseconds, for the first time
   * @param most milliseconds
   */
  constructor (first: number, most: number) {
    this.#first = first
    this.#most = most
  }

  /** Whether a container is to be left alone now. */
  holds (id: string): boolean {
    const held = this.#held.get(id)
    return held !== undefined && monotonic() < held.until
  }

  /**
   * @param error why
   * @param first milliseconds, where it is not the usual
   */
  add (id: string, error: unknown, first = this.#first): void {
    const times = (this.#held.get(id)?.times ?? 0) + 1
    const until = monotonic() + backOff(times, first, Math.max(first, this.#most))
    this.#held.set(id, { times, until, error })
  }

  /** It works again. */
  release (id: string): void {
    this.#held.delete(id)
  }

  clear (): void {
    this.#held.clear()
  }

  /** Forgets all others. */
  keep (ids: ReadonlySet<string>): void {
    for (const id of this.#held.keys()) if (!ids.has(id)) this.#held.delete(id)
  }

  /** Why each of them is left alone, or was the last time that it was asked. */
  get errors (): ReadonlyMap<string, unknown> {
    return new Map([...this.#held].map(([id, { error }]) => [id, error]))
  }
}
