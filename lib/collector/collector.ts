import { setTimeout as sleep } from 'node:timers/promises'
import type { EngineClient } from '../engine/client.ts'
import type { EngineInfo } from '../engine/wire.ts'
import { codeOf, EngineForbidden, messageOf } from '../errors.ts'
import { poll } from './poll.ts'
import type { HostSnapshot, Sample } from './snapshot.ts'

const BACK_OFF_LIMIT = 60_000
const STALE_POLLS = 3
const STALE_AT_LEAST = 30_000

/** The times of a collector, in milliseconds. */
export interface CollectorTiming {
  /** From the end of a poll to the start of the next. */
  interval: number
  /** For one poll as a whole. */
  deadline: number
  /** How old the last containers of a host out of reach may get. */
  staleAfter: number
  /** Between two calls of `/info`, and after one that is not allowed. */
  infoEvery: number
  infoRetry: number
}

/** @param mintimeout of the configuration, milliseconds */
export const timingOf = (mintimeout: number): CollectorTiming => ({
  interval: mintimeout,
  deadline: 15_000,
  staleAfter: Math.max(STALE_AT_LEAST, STALE_POLLS * mintimeout),
  infoEvery: 60_000,
  infoRetry: 600_000
})

/** What a collector says of its host; pino's loggers fit. */
export interface CollectorLog {
  info (fields: object, message: string): void
  warn (fields: object, message: string): void
}

export interface CollectorOptions {
  /** The host's name in the configuration. */
  host: string
  engine: EngineClient
  timing: CollectorTiming
  log: CollectorLog
}

/**
 * Milliseconds to wait after `failures` failed polls in a row: doubling from `interval` to a minute, up to a quarter
 * off at random so that hosts do not come back in step, and never below `interval`.
 */
export function backOff (failures: number, interval: number): number {
  const delay = Math.min(BACK_OFF_LIMIT, interval * 2 ** (failures - 1))
  return Math.max(interval, delay * (1 - Math.random() / 4))
}

/** The collector of one host: polls its Engine, keeps the latest snapshot. Failures become data, never exceptions. */
export class Collector {
  readonly #options: CollectorOptions
  readonly #stopping = new AbortController()
  #running: Promise<void> = Promise.resolve()
  #expiry: NodeJS.Timeout | undefined
  #samples: ReadonlyMap<string, Sample> = new Map()
  #info: EngineInfo = { cpus: null, memoryBytes: null }
  #infoDue = 0
  #reported = ''
  #snapshot: HostSnapshot

  constructor (options: CollectorOptions) {
    this.#options = options
    this.#snapshot = Object.freeze({
      host: options.host,
      version: 0,
      at: Date.now(),
      lastSeen: null,
      up: false,
      error: null,
      engine: null,
      containers: []
    })
  }

  /** The latest snapshot; never waits. */
  get snapshot (): HostSnapshot {
    return this.#snapshot
  }

  /** Polls until `stop`. */
  start (): void {
    this.#running = this.#run()
  }

  /** Ends polling, a poll under way is dropped. Resolves when nothing runs any more. */
  async stop (): Promise<void> {
    this.#stopping.abort()
    clearTimeout(this.#expiry)
    await this.#running
  }

  async #run () {
    const { interval } = this.#options.timing
    const { signal } = this.#stopping
    for (let failures = 0; !signal.aborted;) {
      failures = await this.#collect().then(() => 0, error => this.#fail(error) ?? failures + 1)
      await sleep(failures === 0 ? interval : backOff(failures, interval), undefined, { signal }).catch(() => {})
    }
  }

  async #collect () {
    const { engine, timing: { deadline, staleAfter } } = this.#options
    const signal = AbortSignal.any([this.#stopping.signal, AbortSignal.timeout(deadline)])
    const { containers, failures } = await poll({ engine, before: this.#samples, staleAfter, signal })
    await this.#readInfo(signal)
    this.#samples = new Map(containers.flatMap(({ id, sample }) => sample ? [[id, sample]] : []))
    const description = Object.freeze({ ...await engine.server(signal), ...this.#info })
    this.#publish({ up: true, error: null, lastSeen: Date.now(), engine: description, containers })
    clearTimeout(this.#expiry)
    this.#expiry = setTimeout(() => this.#publish({ containers: [] }), staleAfter)
    this.#report(failures)
  }

  async #readInfo (signal: AbortSignal) {
    const { host, engine, log, timing: { infoEvery, infoRetry } } = this.#options
    if (Date.now() < this.#infoDue) return
    try {
      this.#info = await engine.info(signal)
      this.#infoDue = Date.now() + infoEvery
    } catch (error) {
      if (!(error instanceof EngineForbidden)) throw error
      const message = `CPUs and memory of the host stay unknown: ${error.message}. Set INFO=1 at the proxy`
      log.warn({ host, code: error.code }, message)
      this.#infoDue = Date.now() + infoRetry
    }
  }

  #publish (change: Partial<HostSnapshot>) {
    const { version } = this.#snapshot
    this.#snapshot = Object.freeze({ ...this.#snapshot, ...change, at: Date.now(), version: version + 1 })
  }

  #report (failures: readonly unknown[]) {
    const { host, engine, log } = this.#options
    if (failures.length === 0) {
      const message = `engine reached at ${engine.address}, ${this.#snapshot.containers.length} containers`
      this.#once('up', () => log.info({ host }, message))
    } else {
      const message = `${failures.length} containers gave no stats and keep their last ones: ${messageOf(failures[0])}`
      this.#once(`${failures.length} failed`, () => log.warn({ host }, message))
    }
  }

  #fail (error: unknown): void {
    const { host, log } = this.#options
    if (this.#stopping.signal.aborted) return
    const code = codeOf(error)
    this.#publish({ up: false, error: code })
    this.#infoDue = 0
    const advice = `start it, or set hosts.${host}.url or DOCKER_HOST; trying again`
    const message = `engine not reached: ${messageOf(error)}: ${advice}`
    this.#once(code, () => log.warn({ host, code }, message))
  }

  /** Logs a condition when it begins, not at every poll. */
  #once (condition: string, write: () => void) {
    if (condition !== this.#reported) write()
    this.#reported = condition
  }
}
