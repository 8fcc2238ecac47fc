import { monotonic } from '../model/time.ts'

/** Says when a loop has not come round for too long, whatever the cause. */
export class Watchdog {
  readonly #lastProgress: () => number
  readonly #onStall: (silentFor: number) => void
  #timer: NodeJS.Timeout | undefined

  /**
   * @param lastProgress when something came of the loop's work that is no whole round, by the monotonic clock
   * @param onStall called with milliseconds
   */
  constructor (lastProgress: () => number, onStall: (silentFor: number) => void) {
    this.#lastProgress = lastProgress
    this.#onStall = onStall
  }

  /**
   * The loop has come round.
   * @param within the next time must come, milliseconds
   */
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
