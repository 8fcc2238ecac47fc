import type { EngineServer } from '../model/engine.ts'

/** Judge only rounds of at least this many calls, by how many milliseconds most of them take. */
const TELLING_CALLS = 17
const TICKED_FROM = 600
const DIRECT_BELOW = 400

/** Above this event loop utilization, latency measures this process, not the Engine. */
const TOO_BUSY = 0.8

/** Calls just before a tick also return fast, so require this many fast rounds in a row. */
const QUICK_ROUNDS = 3

/** Detects whether an Engine answers one-shot stats at once or on its tick: first by version, then by latency. */
export class TickDetector {
  #server = ''
  #oneShot: EngineServer['oneShot'] = 'direct'
  #quickRounds = 0

  get isTicked (): boolean {
    return this.#oneShot === 'ticked'
  }

  /** Starts over if the Engine's version has changed, and returns whether it has. */
  adapt ({ kind, version, oneShot }: EngineServer): boolean {
    const server = `${kind} ${version}`
    if (server === this.#server) return false
    this.#server = server
    this.#oneShot = oneShot
    this.#quickRounds = 0
    return true
  }

  /** Learns from the durations (milliseconds) of one round and the event loop utilization (0 to 1) meanwhile. */
  learn (durations: readonly number[], utilization: number): void {
    if (durations.length < TELLING_CALLS) return
    const areMost = (isSuch: (duration: number) => boolean) => durations.filter(isSuch).length > durations.length / 2
    if (utilization <= TOO_BUSY && areMost(duration => duration > TICKED_FROM)) this.#oneShot = 'ticked'
    this.#quickRounds = areMost(duration => duration < DIRECT_BELOW) ? this.#quickRounds + 1 : 0
    if (this.#quickRounds === QUICK_ROUNDS) this.#oneShot = 'direct'
  }
}
