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
  items: Item[]
  /** How many more were held back that can no longer be told, by event. */
  counts: Map<EventName, number>
}

/** Items that are kept for one container. */
const MAX_ITEMS = 20

const ranks: Record<Severity, number> = { info: 0, warning: 1, critical: 2 }
const rankOf = ({ occurrence: { event } }: Item) => ranks[events[event].severity]

/** The most important item; the latest of those. */
const bestOf = (items: readonly Item[]) =>
  items.reduce<Item | null>((best, item) => best && rankOf(best) > rankOf(item) ? best : item, null)

/** The least important item; the first of those. */
const worstOf = (items: readonly Item[]) =>
  items.reduce((worst, item) => rankOf(item) < rankOf(worst) ? item : worst)

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
    window.items.push(item)
    if (window.items.length > MAX_ITEMS) this.#count(window, worstOf(window.items))
    return false
  }

  /** Drops the item of a problem that is over, and that nobody heard of. */
  cancel (occurrence: Occurrence, key: string): void {
    const window = this.#windows.get(subjectOf(occurrence))
    const item = window?.items.find(item => item.key === key)
    if (window && item) this.#count(window, item)
  }

  /** Returns what can be told now that its time is over. */
  due (monotonic: number): Release[] {
    return [...this.#windows].flatMap(([subject, window]) => {
      if (monotonic < window.until) return []
      this.#windows.delete(subject)
      const item = bestOf(window.items)
      if (!item) return []
      for (const other of window.items.filter(other => other !== item)) this.#count(window, other)
      this.#open(subject, monotonic)
      return [{ item, held: { counts: window.counts, seconds: this.#seconds } }]
    })
  }

  #open (subject: string, monotonic: number) {
    this.#windows.set(subject, { until: monotonic + this.#seconds * 1000, items: [], counts: new Map() })
  }

  #count (window: Window, item: Item) {
    const { event } = item.occurrence
    window.items = window.items.filter(other => other !== item)
    window.counts.set(event, (window.counts.get(event) ?? 0) + 1)
    this.#onHeld()
  }
}
