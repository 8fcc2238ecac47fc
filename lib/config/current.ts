import type { Config } from './load.ts'

export type ConfigListener = (next: Config, previous: Config) => void | Promise<void>

/** The configuration in force: frozen, and replaced whole. */
export class CurrentConfig {
  #config: Config
  readonly #listeners: ConfigListener[] = []

  constructor (first: Config) {
    this.#config = Object.freeze(first)
  }

  get config (): Config {
    return this.#config
  }

  /** @param listener called with every configuration that replaces another */
  subscribe (listener: ConfigListener): void {
    this.#listeners.push(listener)
  }

  /** Puts another configuration in force. Resolves when every listener has done what it takes. */
  async replace (given: Config): Promise<void> {
    const previous = this.#config
    const next = Object.freeze({ ...given, version: previous.version + 1 })
    this.#config = next
    await Promise.all(this.#listeners.map(listener => listener(next, previous)))
  }
}
