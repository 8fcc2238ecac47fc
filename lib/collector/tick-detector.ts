import type { EngineServer } from '../model/engine.ts'

/** A round of that many calls tells how an Engine really answers: by how long most of them take, in milliseconds. */
const TELLING_CALLS = 17
const TICKED_FROM = 600
const DIRECT_BELOW = 400

/** Where this process was busy for so much of the round, answers may have waited for that. */
const TOO_BUSY = 0.8

/** Who asks just before its tick is answered at once by a ticked Engine too, but not so many times in a row. */
const QUICK_ROUNDS = 3

/** Whether an Engine answers one-shot stats at once or on its tick: what it says first, then what its answers take. */
export class TickDetector {
  #server = ''
  #oneShot: EngineServer['oneShot'] = 'direct'
  /** Rounds in a row that were answered at once. */
  #quickRounds = 0

  get isTicked (): boolean {
    return this.#oneShot === 'ticked'
  }

  /**
   * Starts from what the Engine says of itself, each time it says something else.
   * @returns whether it did
   */
  adapt ({ kind, version, oneShot }: EngineServer): boolean {
    const server = `${kind} ${version}`
    if (server === this.#server) return false
    this.#server = server
    this.#oneShot = oneShot
    this.#quickRounds = 0
    return true
  }

  /**
   * @param durations of the answers of one round, milliseconds
   * @param utilization of the event loop meanwhile, 0 to 1
   */
  learn (durations: readonly number[], utilization: number): void {
    if (durations.length < TELLING_CALLS) return
    const areMost = (isSuch: (duration: number) => boolean) => durations.filter(isSuch).length > durations.length / 2
    if (utilization <= TOO_BUSY && areMost(duration => duration > TICKED_FROM)) this.#oneShot = 'ticked'
    this.#quickRounds = areMost(duration => duration < DIRECT_BELOW) ? this.#quickRounds + 1 : 0
    if (this.#quickRounds === QUICK_ROUNDS) this.#oneShot = 'direct'
  }
}
