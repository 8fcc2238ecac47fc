import { setImmediate } from 'node:timers/promises'
import pMap from 'p-map'
import type { EngineClient } from '../engine/client.ts'
import type { EngineEvent, EngineInfo } from '../engine/wire.ts'
import { EngineForbidden, EngineGone, EngineTimeout } from '../errors.ts'
import { ContainerSet, type ContainerRecord, type Kept } from './container-set.ts'
import type { CollectorTiming } from './timing.ts'

/** Inspections at a time, and in one go. */
const INSPECTIONS = 4
const BATCH = 256

/** What an Engine has besides stats: its containers, told by events and corrected by lists, and what `/info` says. */
export class Inventory {
  readonly #engine: EngineClient
  readonly #timing: CollectorTiming
  readonly #containers: ContainerSet
  /** When a call that was not allowed may be tried again, by endpoint; milliseconds since the epoch. */
  readonly #allowedFrom = new Map<string, number>()
  /** Containers whose inspection failed: tried again with the next list. */
  readonly #failed = new Set<string>()
  #info: EngineInfo = { id: null, name: null, cpus: null, memoryBytes: null }
  #infoDue = 0

  constructor (engine: EngineClient, timing: CollectorTiming, kept: Kept) {
    this.#engine = engine
    this.#timing = timing
    this.#containers = new ContainerSet(kept)
  }

  get containers (): ContainerRecord[] {
    return this.#containers.values()
  }

  get info (): EngineInfo {
    return this.#info
  }

  /**
   * Lists the containers and reads `/info` when that is due. What is new is due to be inspected.
   * @returns whether the list said anything that no event had announced, though none was left out
   */
  async resync (signal: AbortSignal): Promise<boolean> {
    const isExpected = this.isOverrun
    this.#containers.expectList()
    const listed = await this.#engine.containers(signal)
    await setImmediate() // events that came with the answer are told first
    const isNews = this.#containers.replace(listed)
    for (const id of this.#failed) this.#containers.doubtOne(id)
    this.#failed.clear()
    if (Date.now() >= this.#infoDue) {
      this.#info = await this.#whereAllowed('info', () => this.#engine.info(signal)) ?? this.#info
      this.#infoDue = Date.now() + this.#timing.resync
    }
    return isNews && !isExpected && !this.isOverrun
  }

  /** Nothing that is known can be relied on: the Engine was out of sight for a while. */
  doubt (): void {
    this.#containers.doubt()
    this.#infoDue = 0
    this.#allowedFrom.clear()
  }

  /** @returns whether the event changed anything */
  apply (event: EngineEvent): boolean {
    return this.#containers.apply(event)
  }

  remove (id: string): void {
    this.#containers.remove(id)
  }

  /** Whether events told of more new containers than is believed without a list. */
  get isOverrun (): boolean {
    return this.#containers.isOverrun
  }

  /** Whether records have to be read (again). */
  get isDue (): boolean {
    return this.#containers.isDue
  }

  /** Reads the Engine's records of some of the containers that were started, renamed, updated and the like. */
  async inspectDue (signal: AbortSignal): Promise<void> {
    const inspect = async (id: string) => {
      const details = await this.#whereAllowed('inspect', () => this.#engine.inspect(id, signal)).catch(error => error)
      if (details instanceof EngineGone) this.#containers.remove(id)
      else if (details instanceof Error) this.#setAside(id, details)
      else if (details) this.#containers.fill(details)
    }
    await pMap(this.#containers.takeDue(BATCH), inspect, { concurrency: INSPECTIONS })
  }

  /** An inspection that hangs would hang again; others may have been bad luck. */
  #setAside (id: string, error: Error) {
    if (!(error instanceof EngineTimeout)) this.#failed.add(id)
  }

  /** Calls, unless that was not allowed lately. */
  async #whereAllowed<T> (endpoint: string, call: () => Promise<T>): Promise<T | null> {
    if (Date.now() < (this.#allowedFrom.get(endpoint) ?? 0)) return null
    try {
      return await call()
    } catch (error) {
      if (!(error instanceof EngineForbidden)) throw error
      this.#allowedFrom.set(endpoint, Date.now() + this.#timing.refusedRetry)
      return null
    }
  }
}
