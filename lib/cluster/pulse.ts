import { monotonic } from '../model/time.ts'
import { singleFlight, type SingleFlight } from '../model/single-flight.ts'

/** Calls a function again and again, one call at a time. */
export class Pulse {
  readonly #beating: SingleFlight<void>
  #timer: NodeJS.Timeout | undefined
  /** When the next call is due, on the monotonic clock. */
  #due = Infinity
  #isStopped = false

  /**
   * @param interval milliseconds from the start of a call to the next
   * @param beat must not reject
   */
  constructor (interval: number, beat: () => Promise<void>) {
    this.#beating = singleFlight(async () => {
      if (this.#isStopped) return
      this.#clear()
      const start = monotonic()
      await beat()
      this.in(interval - (monotonic() - start))
    })
  }

  /** Calls in some milliseconds, unless a call is due before. */
  in (milliseconds: number): void {
    const due = monotonic() + milliseconds
    if (this.#isStopped || due >= this.#due) return
    this.#clear()
    this.#due = due
    this.#timer = setTimeout(() => this.#beating.again(), milliseconds)
  }

  /** Resolves when no call is running any more. */
  async stop (): Promise<void> {
    this.#isStopped = true
    this.#clear()
    await this.#beating.again()
  }

  #clear () {
    clearTimeout(this.#timer)
    this.#due = Infinity
  }
}
