import pMap from 'p-map'
import type { EngineClient } from '../engine/client.ts'
import { isGone, isHostLost, isLate, isRefused } from '../errors.ts'
import { monotonic } from '../model/time.ts'
import { AdaptiveLimit, type Experience } from './adaptive-limit.ts'
import type { ContainerSet } from './container-set.ts'
import { Quarantine } from './quarantine.ts'
import type { CollectorTiming } from './timing.ts'

/** Concurrent inspections, and inspections per run. */
const AT_ONCE = 4
const BATCH = 256

/** After this many refusals in a row, all inspections are assumed to be forbidden. */
const REFUSALS = 4

/** Old records are inspected again at one per second; this is the maximum after a long pause. */
const OLD_AT_ONCE = 10

/** Inspects the containers that are due. One that hangs goes into quarantine; those that waited behind it stay due. */
export class InspectionLoop {
  readonly #engine: EngineClient
  readonly #timing: CollectorTiming
  readonly #containers: ContainerSet
  readonly #limit: AdaptiveLimit
  readonly #held: Quarantine
  #refusals = 0
  #oldFrom = monotonic()

  constructor (engine: EngineClient, timing: CollectorTiming, containers: ContainerSet) {
    this.#engine = engine
    this.#timing = timing
    this.#containers = containers
    this.#limit = new AdaptiveLimit(timing.limits.inspect)
    this.#held = new Quarantine(timing.hungFirst, timing.hungMost)
  }

  get limit (): number {
    return this.#limit.current
  }

  get isDue (): boolean {
    return this.#next().length > 0
  }

  /** Why inspections failed, by container ID. */
  get errors (): ReadonlyMap<string, unknown> {
    return this.#held.errors
  }

  /** Call this after the Engine was unreachable, because that may be why calls hung. */
  reset (): void {
    this.#held.clear()
    this.#refusals = 0
  }

  /** Makes the oldest records due, at most one per second. */
  invalidateOld (olderThan: number): void {
    const now = monotonic()
    const allowed = Math.min(Math.floor((now - this.#oldFrom) / 1000), OLD_AT_ONCE)
    if (allowed === 0) return
    this.#oldFrom = now
    const old = this.#containers.values().filter(({ inspectedAt }) => now - (inspectedAt ?? now) > olderThan)
    old.sort((a, b) => Number(a.inspectedAt) - Number(b.inspectedAt))
    for (const { id } of old.slice(0, allowed)) this.#containers.invalidate(id)
  }

  /** Inspects a batch of the due containers. Throws an error of the catalogue if the Engine is lost. */
  async run (signal: AbortSignal): Promise<void> {
    const outcome: Experience = { durations: [], late: new Map() }
    const ids = this.#next().slice(0, BATCH)
    await pMap(ids, id => this.#inspect(id, outcome, signal), { concurrency: AT_ONCE })
    const isSlow = this.#limit.learn(outcome)
    if (!isSlow) for (const [id, error] of outcome.late) this.#held.add(id, error)
    this.#held.keep(new Set(this.#containers.values().map(({ id }) => id)))
  }

  #next (): string[] {
    return this.#containers.due().filter(id => !this.#held.holds(id))
  }

  async #inspect (id: string, { durations, late }: Experience, signal: AbortSignal) {
    if (durations.length === 0 && late.size >= AT_ONCE) return // the others would time out too
    if (this.#held.holds(id)) return // added since, because others were refused
    const start = monotonic()
    this.#containers.take(id)
    try {
      const details = await this.#engine.inspect(id, this.limit, signal)
      durations.push(monotonic() - start)
      this.#containers.fill(details, start)
      this.#held.release(id)
      this.#refusals = 0
    } catch (error) {
      this.#containers.invalidate(id)
      if (isHostLost(error) || signal.aborted) throw error
      if (isGone(error)) this.#containers.remove(id)
      else if (isLate(error)) late.set(id, error)
      else this.#setAside(id, error)
    }
  }

  #setAside (id: string, error: unknown) {
    if (!isRefused(error)) return this.#held.add(id, error)
    this.#refusals++
    const all = this.#refusals < REFUSALS ? [id] : [id, ...this.#next()]
    for (const refused of new Set(all)) {
      this.#held.add(refused, error, this.#timing.refusedRetry)
      this.#containers.leave(refused, monotonic())
    }
  }
}
