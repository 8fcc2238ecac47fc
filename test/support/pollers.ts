import type { Test } from 'tap'
import type { Engines } from './replicas.ts'

/** Milliseconds between two looks. */
const INTERVAL = 10

/** How many pollers are wrong. */
const WRONG = { none: (pollers: number) => pollers === 0, several: (pollers: number) => pollers > 1 }

type Wrong = keyof typeof WRONG

/** Watches how many replicas poll each Engine: each that does keeps one stream of events open. */
export class Pollers {
  readonly #engines: Engines
  /** When an Engine began to have a wrong number of pollers. */
  readonly #since = new Map<string, number>()
  #longest: Record<Wrong, number> = { none: 0, several: 0 }

  constructor (t: Test, engines: Engines) {
    this.#engines = engines
    const timer = setInterval(() => this.#look(), INTERVAL)
    t.teardown(() => clearInterval(timer))
  }

  /** For how many milliseconds an Engine had no poller, and more than one, at most, since the last call. */
  longest (): Record<Wrong, number> {
    this.#look()
    const longest = this.#longest
    this.#longest = { none: 0, several: 0 }
    this.#since.clear()
    return longest
  }

  #look () {
    const now = performance.now()
    for (const [host, { streams }] of this.#engines) {
      for (const wrong of ['none', 'several'] as const) {
        const key = `${host} ${wrong}`
        if (!WRONG[wrong](streams.size)) {
          this.#since.delete(key)
          continue
        }
        const since = this.#since.get(key) ?? now
        this.#since.set(key, since)
        this.#longest[wrong] = Math.max(this.#longest[wrong], now - since)
      }
    }
  }
}
