import type { Config } from './config.ts'

export type ConfigListener = (next: Config, previous: Config) => void | Promise<void>

/** Holds the running configuration, which is frozen and only replaced as a whole. */
export class CurrentConfig {
  #config: Config
  readonly #listeners: ConfigListener[] = []

  constructor (first: Config) {
    this.#config = Object.freeze(first)
  }

  get config (): Config {
    return this.#config
  }

  /** Calls `listener` each time the configuration is replaced. */
  subscribe (listener: ConfigListener): void {
    this.#listeners.push(listener)
  }

  /** Replaces the configuration, and resolves once all listeners have applied it. */
  async replace (given: Config): Promise<void> {
    const previous = this.#config
    const next = Object.freeze({ ...given, version: previous.version + 1 })
    this.#config = next
    await Promise.all(this.#listeners.map(listener => listener(next, previous)))
  }
}
