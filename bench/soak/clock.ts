import { FakedClock, library } from '../faked-clock.ts'
import { createRandom } from '../random.ts'

/** Offsets from the true time in hours, and milliseconds between two steps. */
const HOURS = [-30 * 24, -1, 0, 1, 30 * 24]
const EVERY = 20_000

/** Steps the clock of the service at random. */
export class SteppingClock {
  /** Number of steps so far. */
  steps = 0
  readonly #clock: FakedClock
  readonly #random: () => number
  #hours = 0
  #timer: NodeJS.Timeout | undefined

  constructor (folder: string, seed: string) {
    this.#clock = new FakedClock(folder)
    this.#random = createRandom(Number(seed))
  }

  /** Environment variables for the start of the service. */
  get env (): NodeJS.ProcessEnv {
    return this.#clock.env
  }

  start (): void {
    if (library !== undefined) this.#timer = setInterval(() => this.#step(), EVERY)
  }

  /** Stops stepping and restores the true time. */
  stop (): void {
    clearInterval(this.#timer)
    this.#clock.set(0)
  }

  #step () {
    const others = HOURS.filter(hours => hours !== this.#hours)
    this.#hours = others[Math.floor(this.#random() * others.length)] ?? 0
    this.#clock.set(this.#hours)
    this.steps++
  }
}
