import { FakedClock, library } from '../faked-clock.ts'
import { createRandom } from '../random.ts'

/** Hours that the clock of the service is set ahead by, milliseconds between two steps. */
const HOURS = [-30 * 24, -1, 0, 1, 30 * 24]
const EVERY = 20_000

/** The clock of the service, which steps at random while faults come and go. */
export class SteppingClock {
  /** How often it was set. */
  steps = 0
  readonly #clock: FakedClock
  readonly #random: () => number
  #hours = 0
  #timer: NodeJS.Timeout | undefined

  constructor (folder: string, seed: string) {
    this.#clock = new FakedClock(folder)
    this.#random = createRandom(Number(seed))
  }

  /** What the environment of the service has to have from its start. */
  get env (): NodeJS.ProcessEnv {
    return this.#clock.env
  }

  start (): void {
    if (library !== undefined) this.#timer = setInterval(() => this.#step(), EVERY)
  }

  /** From now on it is the true time. */
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
