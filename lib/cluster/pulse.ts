import { monotonic } from '../model/time.ts'
import { singleFlight, type SingleFlight } from '../model/single-flight.ts'

/** Calls a function again and again, one call at a time. */
export class Pulse {
  readonly #interval: number
  readonly #beating: SingleFlight<void>
  #timer: NodeJS.Timeout | undefined
  #isStopped = false

  /**
   * @param interval milliseconds from the start of a call to the next
   * @param beat must not reject
   */
  constructor (interval: number, beat: () => Promise<void>) {
    this.#interval = interval
    this.#beating = singleFlight(async () => {
      if (this.#isStopped) return
      clearTimeout(this.#timer)
      const start = monotonic()
      await beat()
      if (!this.#isStopped) this.in(Math.max(0, this.#interval - (monotonic() - start)))
    })
  }

  /** Calls in some milliseconds, instead of when the next call was due. */
  in (milliseconds: number): void {
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => this.#beating.again(), milliseconds)
  }

  /** Resolves when no call is running any more. */
  async stop (): Promise<void> {
    this.#isStopped = true
    clearTimeout(this.#timer)
    await this.#beating.again()
  }
}
