import { events, type EventName, type Occurrence, type Severity } from './events.ts'
import type { Held } from './message.ts'

/** Something to tell, perhaps about a problem with this key. */
export interface Item {
  occurrence: Occurrence
  key: string | null
}

export interface Release {
  item: Item
  held: Held | null
}

interface Window {
  /** On the monotonic clock, milliseconds. */
  until: number
  /** The most important item that was held back; the latest of those. */
  pending: Item | null
  /** How many others were held back, by event. */
  counts: Map<EventName, number>
}

const ranks: Record<Severity, number> = { info: 0, warning: 1, critical: 2 }
const rankOf = ({ occurrence: { event } }: Item) => ranks[events[event].severity]

const subjectOf = ({ host, container }: Occurrence) => JSON.stringify([host, container?.name])

/**
 * Limits messages about each container, or each host, to one in some seconds. When the time is over, it releases what
 * was held back as one message.
 */
export class Throttle {
  readonly #seconds: number
  readonly #onHeld: () => void
  readonly #windows = new Map<string, Window>()

  /** @param onHeld called for every item that will never be a message of its own */
  constructor (seconds: number, onHeld: () => void) {
    this.#seconds = seconds
    this.#onHeld = onHeld
  }

  /** Returns whether the item can be told now; otherwise it is held back. */
  offer (item: Item, monotonic: number): boolean {
    if (this.#seconds === 0) return true
    const subject = subjectOf(item.occurrence)
    const window = this.#windows.get(subject)
    if (!window) {
      this.#open(subject, monotonic)
      return true
    }
    const { pending } = window
    const isMore = pending === null || rankOf(item) >= rankOf(pending)
    if (isMore) window.pending = item
    if (pending) this.#count(window, isMore ? pending : item)
    return false
  }

  /** Drops the item of a problem that is over, and that nobody heard of. */
  cancel (occurrence: Occurrence, key: string): void {
    const window = this.#windows.get(subjectOf(occurrence))
    if (!window?.pending || window.pending.key !== key) return
    this.#count(window, window.pending)
    window.pending = null
  }

  /** Returns what can be told now that its time is over. */
  due (monotonic: number): Release[] {
    return [...this.#windows].flatMap(([subject, { until, pending, counts }]) => {
      if (monotonic < until) return []
      this.#windows.delete(subject)
      if (!pending) return []
      this.#open(subject, monotonic)
      return [{ item: pending, held: { counts, seconds: this.#seconds } }]
    })
  }

  #open (subject: string, monotonic: number) {
    this.#windows.set(subject, { until: monotonic + this.#seconds * 1000, pending: null, counts: new Map() })
  }

  #count ({ counts }: Window, { occurrence: { event } }: Item) {
    counts.set(event, (counts.get(event) ?? 0) + 1)
    this.#onHeld()
  }
}
