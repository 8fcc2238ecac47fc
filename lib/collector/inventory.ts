import { setImmediate } from 'node:timers/promises'
import type { EngineClient } from '../engine/client.ts'
import { isHostLost, isLate, isRefused } from '../errors.ts'
import { monotonic } from '../model/time.ts'
import { AdaptiveLimit } from './adaptive-limit.ts'
import { backOff } from './back-off.ts'
import type { ContainerSet } from './container-set.ts'
import type { Problems } from './problems.ts'
import type { Resume } from './resume.ts'
import type { CollectorTiming } from './timing.ts'
import type { EngineInfo } from '../model/engine.ts'

/** Reads container lists and `/info`. If a call fails, the previous data stays. */
export class Inventory {
  readonly #engine: EngineClient
  readonly #timing: CollectorTiming
  readonly #containers: ContainerSet
  readonly #problems: Problems
  readonly #listLimit: AdaptiveLimit
  readonly #infoLimit: AdaptiveLimit
  #info: EngineInfo = { id: null, name: null, operatingSystem: null, osType: null, cpus: null, memoryBytes: null }
  #infoDue = 0
  #listDue = 0
  /** Consecutive failed lists, and when the next one may be requested. */
  #listFailures = 0
  #listFrom = 0
  #listedAt: number | null = null

  constructor (engine: EngineClient, timing: CollectorTiming, containers: ContainerSet, problems: Problems) {
    this.#engine = engine
    this.#timing = timing
    this.#containers = containers
    this.#problems = problems
    this.#listLimit = new AdaptiveLimit(timing.limits.list)
    this.#infoLimit = new AdaptiveLimit(timing.limits.info)
  }

  get info (): EngineInfo {
    return this.#info
  }

  /** When the last list arrived, on the monotonic clock. */
  get listedAt (): number | null {
    return this.#listedAt
  }

  /** Takes over a list that another collector has requested. */
  resume ({ snapshot: { isListed, lastSeenMonotonic } }: Resume): void {
    if (isListed) this.#listedAt = lastSeenMonotonic
  }

  get isListDue (): boolean {
    return monotonic() >= this.#listDue
  }

  /** Whether lists are suspended because they fail. */
  get isListHeld (): boolean {
    return monotonic() < this.#listFrom
  }

  get isInfoDue (): boolean {
    return monotonic() >= this.#infoDue
  }

  get limits (): { listMs: number, infoMs: number } {
    return { listMs: this.#listLimit.current, infoMs: this.#infoLimit.current }
  }

  /** Call this after the Engine was unreachable, because another one may have taken its place. */
  invalidate (): void {
    this.#infoDue = 0
    this.#listDue = 0
    this.#listFrom = 0
  }

  /**
   * Lists the containers and makes new and changed ones due for inspection.
   * @returns whether the list contained changes that events should have announced; null if it failed
   * @throws an error of the catalogue if the Engine is lost or refuses the first list
   */
  async list (signal: AbortSignal): Promise<boolean | null> {
    const isExpected = this.#containers.isOverrun
    const askedAt = monotonic()
    this.#containers.expectList()
    const { value, error } = await this.#ask('list', this.#listLimit, within => this.#engine.containers(within, signal))
    if (isRefused(error) && this.#listedAt === null) throw error
    this.#listFailures = value ? 0 : this.#listFailures + 1
    if (!value) {
      const { interval, resync } = this.#timing
      this.#listFrom = monotonic() + backOff(this.#listFailures, interval, resync)
      return null
    }
    await setImmediate() // apply events that arrived together with the list first
    const at = monotonic()
    const isNews = this.#containers.replace({ summaries: value, askedAt, at })
    this.#listedAt = at
    this.#listDue = at + this.#timing.resync
    return isNews && !isExpected && !this.#containers.isOverrun
  }

  /** @throws an error of the catalogue if the Engine is lost */
  async readInfo (signal: AbortSignal): Promise<void> {
    const { resync, refusedRetry } = this.#timing
    const { value, error } = await this.#ask('info', this.#infoLimit, within => this.#engine.info(within, signal))
    this.#info = value ?? this.#info
    this.#infoDue = monotonic() + (isRefused(error) ? refusedRetry : resync)
  }

  /** Returns the result of a call, or reports its error as a problem of the host and returns that. */
  async #ask<T> (
    what: string, limit: AdaptiveLimit, call: (within: number) => Promise<T>
  ): Promise<{ value?: T, error?: unknown }> {
    const start = monotonic()
    try {
      const value = await call(limit.current)
      limit.answered(monotonic() - start)
      this.#problems.report(what, [])
      return { value }
    } catch (error) {
      if (isHostLost(error)) throw error
      if (isLate(error)) limit.late()
      this.#problems.report(what, [{ error }])
      return { error }
    }
  }
}
