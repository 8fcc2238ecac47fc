import { monotonic } from '../model/time.ts'

/** Reports when a loop has not completed a round in time, whatever the cause. */
export class Watchdog {
  readonly #lastProgress: () => number
  readonly #onStall: (silentFor: number) => void
  #timer: NodeJS.Timeout | undefined

  /** `lastProgress` returns the time of the last progress within a round, on the monotonic clock. */
  constructor (lastProgress: () => number, onStall: (silentFor: number) => void) {
    this.#lastProgress = lastProgress
    this.#onStall = onStall
  }

  /** Call this after every round; the next one must end within `within` milliseconds. */
  cameRound (within: number): void {
    this.#watch(within, within, monotonic())
  }

  stop (): void {
    clearTimeout(this.#timer)
  }

  #watch (wait: number, within: number, since: number) {
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => {
      const silentFor = monotonic() - Math.max(since, this.#lastProgress())
      if (silentFor < within) this.#watch(within - silentFor, within, since)
      else this.#onStall(silentFor)
    }, wait)
  }
}
