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

  #set (limit: number) {
    this.#current = Math.min(Math.max(limit, this.#bounds.least), this.#bounds.most)
  }
}
