/** The initial value and the bounds of a limit, milliseconds. */
export interface Bounds {
  first: number
  least: number
  most: number
}

/** Headroom: the limit is this many times the slowest response, so that an Engine can be slow at times. */
const ROOM = 4

const DECAY = 0.9

/** The errors of the calls that timed out in a round, and the durations of the others, milliseconds. */
export interface Experience {
  late: Map<string, unknown>
  durations: number[]
}

/** A timeout for calls that adapts to how fast the Engine responds. */
export class AdaptiveLimit {
  readonly #bounds: Bounds
  #current: number

  constructor (bounds: Bounds) {
    this.#bounds = bounds
    this.#current = bounds.first
  }

  get current (): number {
    return Math.round(this.#current)
  }

  get isAtMost (): boolean {
    return this.#current >= this.#bounds.most
  }

  /** @param slowest duration of the slowest successful call, milliseconds */
  answered (slowest: number): void {
    this.#set(Math.max(slowest * ROOM, this.#current * DECAY))
  }

  late (): void {
    this.#set(this.#current * 2)
  }

  /** Returns true if most calls timed out and the limit could grow: the Engine is slow, not single calls hanging. */
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
