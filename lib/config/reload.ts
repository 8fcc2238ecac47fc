import type { ErrorLog } from '../model/log.ts'
import { singleFlight, type SingleFlight } from '../model/single-flight.ts'
import { wallClock } from '../model/time.ts'
import { changedKeys, keepFixed } from './changes.ts'
import type { CurrentConfig } from './current.ts'
import { ConfigError, type Config, type ConfigSource } from './config.ts'
import { loadConfig } from './load.ts'

/** Why a file does not count: missing and empty ones are more often accidents, or half written, than meant. */
function lossOf (loaded: Config, { file, text }: Config): string | null {
  if (loaded.file === null && file !== null) return `${file}: the file is missing`
  const isEmptied = loaded.text.trim() === '' && text.trim() !== ''
  return isEmptied ? `${loaded.file}: the file is empty; to use the defaults, write a comment` : null
}

/** Replaces the current configuration when its files change. An invalid one changes nothing but `rejected`. */
export class Reloader {
  readonly #source: ConfigSource
  readonly #current: CurrentConfig
  readonly #log: ErrorLog
  readonly #reloading: SingleFlight<void>

  constructor (source: ConfigSource, current: CurrentConfig, log: ErrorLog) {
    this.#source = source
    this.#current = current
    this.#log = log
    this.#reloading = singleFlight(() => this.#reload())
  }

  /** Reads the files as they are now, and resolves once the result applies. */
  async reload (): Promise<void> {
    await this.#reloading.again()
  }

  async #reload () {
    try {
      await this.#accept(await loadConfig(this.#source))
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error
      await this.#reject(error.problems)
    }
  }

  async #accept (loaded: Config) {
    const { config: previous } = this.#current
    const loss = lossOf(loaded, previous)
    if (loss !== null) throw new ConfigError([loss], loaded.file)
    const { next, kept } = keepFixed(loaded, previous)
    const changed = changedKeys(next, previous)
    if (changed.length === 0 && next.text === previous.text && previous.rejected === null) return
    if (kept.length > 0) this.#log.warn({ keys: kept }, `Restart the service to change ${kept.join(' and ')}`)
    this.#log.info({ file: next.file, changed }, 'Configuration reloaded')
    await this.#current.replace(next)
  }

  async #reject (problems: readonly string[]) {
    const { config } = this.#current
    if (config.rejected?.problems.join() === problems.join()) return
    this.#log.error({ problems }, 'The new configuration is invalid; the previous one stays in use')
    await this.#current.replace({ ...config, rejected: { problems, at: wallClock() } })
  }
}
