/** How a limit begins, and the bounds that it stays between, milliseconds. */
export interface Bounds {
  first: number
  least: number
  most: number
}

/** A limit is this many times what the slowest answer took, so that an Engine may become slower at times. */
const ROOM = 4

/** How much of a limit is left after each round that would have needed less. */
const DECAY = 0.9

/** Calls of one round that were not in time, and why, and how long the answered ones took, milliseconds. */
export interface Experience {
  late: Map<string, unknown>
  durations: number[]
}

/** How long a call may take: it follows what the Engine shows, between bounds. */
export class AdaptiveLimit {
  readonly #bounds: Bounds
  #current: number

  constructor (bounds: Bounds) {
    this.#bounds = bounds
    this.#current = bounds.first
  }

  /** Milliseconds. */
  get current (): number {
    return Math.round(this.#current)
  }

  /** Whether it cannot grow any more. */
  get isAtMost (): boolean {
    return this.#current >= this.#bounds.most
  }

  /** Calls were answered; the slowest of them took so long, milliseconds. */
  answered (slowest: number): void {
    this.#set(Math.max(slowest * ROOM, this.#current * DECAY))
  }

  /** Nothing was answered in time. */
  late (): void {
    this.#set(this.#current * 2)
  }

  /**
   * Takes over what a round has shown.
   * @returns whether most were late and more time may help: it is the Engine that is slow, not they that hang
   */
  learn ({ late, durations }: Experience): boolean {
    const isSlow = late.size > durations.length && !this.isAtMost
    if (isSlow) this.late()
    else if (durations.length > 0) this.answered(Math.max(...durations))
    return isSlow
  }

  #set (limit: number) {
    this.#current = Math.min(Math.max(limit, this.#bounds.least), this.#bounds.most)
  }
}
