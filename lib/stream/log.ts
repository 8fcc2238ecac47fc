import type { Piece } from './piece.ts'

export const EVENTS = ['snapshot', 'update', 'transition', 'removed', 'end'] as const
export type EventName = typeof EVENTS[number]

/** An event of a host, which is the same for all clients. */
export interface StreamEvent {
  sequence: number
  host: string
  name: EventName
  /** On the monotonic clock. */
  at: number
  /** The line with the ID. */
  id: Piece
  /** The other lines. */
  body: Piece
}

export interface LogOptions {
  /** How long events are held, in milliseconds. */
  within: number
  /** How many bytes of them at most. */
  maxBytes: number
}

/** The recent events of all hosts, for clients that are behind or come back. */
export class EventLog {
  readonly #options: LogOptions
  readonly #events: StreamEvent[] = []
  /** The last event of each host that is no longer held. */
  readonly #forgotten = new Map<string, number>()
  #bytes = 0
  #last = 0

  constructor (options: LogOptions) {
    this.#options = options
  }

  /** The number of the latest event; 0 before the first. */
  get last (): number {
    return this.#last
  }

  /** Adds the next event, and forgets those that are too old or too many. */
  append (event: StreamEvent): void {
    this.#events.push(event)
    this.#last = event.sequence
    this.#bytes += event.body.plain.length
    const since = event.at - this.#options.within
    while (this.#events.length > 1) {
      const [oldest = event] = this.#events
      if (oldest.at >= since && this.#bytes <= this.#options.maxBytes) break
      this.#events.shift()
      this.#bytes -= oldest.body.plain.length
      this.#forgotten.set(oldest.host, oldest.sequence)
    }
  }

  /** The event after the one with this number, among those that are held. */
  after (sequence: number): StreamEvent | undefined {
    const first = this.#last - this.#events.length + 1
    return this.#events[Math.max(0, sequence + 1 - first)]
  }

  /** Whether every later event of the hosts that a client sees is held. */
  isComplete (sequence: number, sees: (host: string) => boolean): boolean {
    if (sequence >= this.#last - this.#events.length) return true
    return [...this.#forgotten].every(([host, last]) => last <= sequence || !sees(host))
  }
}
