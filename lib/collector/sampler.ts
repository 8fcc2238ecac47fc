import { performance } from 'node:perf_hooks'
import pMap from 'p-map'
import type { EngineClient } from '../engine/client.ts'
import type { ContainerStats } from '../engine/wire-stats.ts'
import type { EngineEvent } from '../engine/wire.ts'
import { EngineFailed, isGone, isHostLost, isLate, isRefused } from '../errors.ts'
import { monotonic, wallClock } from '../model/time.ts'
import { AdaptiveLimit, type Experience } from './adaptive-limit.ts'
import { Quarantine } from './quarantine.ts'
import { samplesOf, type Resume } from './resume.ts'
import { Runs } from './runs.ts'
import { hasBegunAgain, sampleOf, withoutGains } from './sample.ts'
import { TickDetector } from './tick-detector.ts'
import type { CollectorTiming } from './timing.ts'
import type { Sample } from '../model/sample.ts'

/** Concurrent calls if the Engine answers all pending ones on its one-second tick: fewer would take more ticks. */
const TICKED_AT_ONCE = 256

/** Empty responses in a row that count as a failure; a container that has just stopped gives only one. */
const EMPTY_ANSWERS = 3

export interface Round {
  answered: Set<string>
  gone: string[]
  /** Why others have none, by container ID; includes those in quarantine. */
  failures: Map<string, unknown>
  /** Why Podman's bulk request failed; null if it worked or was not used. */
  bulkFailure: unknown
  /** Containers whose counters show that they restarted. */
  restarted: string[]
}

/** Samples the containers of one Engine in rounds, and quarantines those whose stats hang. */
export class Sampler {
  readonly #engine: EngineClient
  readonly #timing: CollectorTiming
  readonly #limit: AdaptiveLimit
  readonly #hung: Quarantine
  readonly #ticks = new TickDetector()
  readonly #runs = new Runs()
  readonly #samples: Map<string, Sample>
  /** Empty responses in a row, by container ID. */
  readonly #empty = new Map<string, number>()
  /** When the bulk request may be tried again, on the monotonic clock. */
  #bulkFrom = 0
  #bulkFailure: unknown = null
  #isStalled = false
  /** Index of the container to try next while stalled. */
  #probe = 0

  constructor (engine: EngineClient, timing: CollectorTiming, resume?: Resume) {
    this.#engine = engine
    this.#timing = timing
    this.#samples = resume ? samplesOf(resume.snapshot) : new Map()
    this.#limit = new AdaptiveLimit(timing.limits.stats)
    this.#hung = new Quarantine(timing.hungFirst, timing.hungMost)
  }

  get limit (): number {
    return this.#limit.current
  }

  /** Whether no container returned stats. While stalled, each round tries a single container, in turn. */
  get isStalled (): boolean {
    return this.#isStalled
  }

  /** The latest sample of a container; null if it is older than `within` milliseconds or from an earlier run. */
  latest (id: string, within: number): Sample | null {
    const sample = this.#samples.get(id)
    return sample && monotonic() - sample.atMonotonic <= within && !this.#runs.isBefore(id, sample) ? sample : null
  }

  see (event: EngineEvent): void {
    this.#runs.see(event)
    if (event.action === 'start') this.#hung.release(event.id)
  }

  /** Call this after the host was unreachable, because that may be why calls hung. */
  resetQuarantine (): void {
    this.#hung.clear()
    this.#isStalled = false
  }

  /** Samples each container once. Throws an error of the catalogue if the Engine is lost. */
  async round (ids: readonly string[], signal: AbortSignal): Promise<Round> {
    const server = await this.#engine.server(signal)
    if (this.#ticks.adapt(server)) this.#bulkFrom = 0
    const round: Round = { answered: new Set(), gone: [], failures: new Map(), bulkFailure: null, restarted: [] }
    const isBulk = server.kind === 'podman' && ids.length > 0 && monotonic() >= this.#bulkFrom
    if (!isBulk || !await this.#bulkRound(ids, round, signal)) await this.#singleRound(ids, round, signal)
    if (server.kind === 'podman') round.bulkFailure = this.#bulkFailure
    this.#settle(new Set(ids), round)
    return round
  }

  /** Forgets all other containers, and clears the increases of those without a new sample. */
  #settle (ids: ReadonlySet<string>, { answered, failures }: Round) {
    for (const known of [this.#samples, this.#empty]) for (const id of known.keys()) if (!ids.has(id)) known.delete(id)
    this.#hung.keep(ids)
    this.#runs.keep(ids)
    for (const [id, sample] of this.#samples) if (!answered.has(id)) this.#samples.set(id, withoutGains(sample))
    for (const [id, error] of this.#hung.errors) failures.set(id, error)
  }

  /** @returns whether the bulk request succeeded */
  async #bulkRound (ids: readonly string[], round: Round, signal: AbortSignal): Promise<boolean> {
    const askedAt = monotonic()
    try {
      const stats = await this.#engine.podmanStats(this.limit, signal)
      for (const id of ids) this.#take(id, stats.get(id) ?? null, round, askedAt)
      this.#limit.answered(monotonic() - askedAt)
      this.#bulkFailure = null
      return true
    } catch (error) {
      if (signal.aborted) throw error
      this.#bulkFrom = monotonic() + (isRefused(error) ? this.#timing.refusedRetry : this.#timing.bulkRetry)
      this.#bulkFailure = isRefused(error) ? null : error // proxies deny this call, and single calls replace it
      return false
    }
  }

  async #singleRound (ids: readonly string[], round: Round, signal: AbortSignal): Promise<void> {
    const free = ids.filter(id => !this.#hung.holds(id))
    const first = this.#probe++ % Math.max(1, free.length)
    const asked = this.#isStalled ? free.slice(first, first + 1) : free
    const atOnce = this.#ticks.isTicked ? TICKED_AT_ONCE : this.#timing.statsAtOnce
    const concurrency = Math.min(atOnce, this.#engine.connections)
    const durations: number[] = []
    const late = new Map<string, unknown>()
    const before = performance.eventLoopUtilization()
    await pMap(asked, async id => {
      if (durations.length === 0 && late.size >= concurrency) return // the others would time out too
      const start = monotonic()
      try {
        const stats = await this.#engine.stats(id, this.limit, signal)
        durations.push(monotonic() - start)
        this.#take(id, stats, round, start)
      } catch (error) {
        if (isHostLost(error) || signal.aborted) throw error
        if (isGone(error)) round.gone.push(id)
        else round.failures.set(id, error)
        if (isLate(error)) late.set(id, error)
      }
    }, { concurrency })
    this.#ticks.learn(durations, performance.eventLoopUtilization(before).utilization)
    this.#learn(asked.length, { late, durations })
    if (this.#isStalled) for (const id of free) round.failures.set(id, [...late.values()][0])
  }

  #learn (asked: number, { late, durations }: Experience) {
    const isNothing = late.size > 0 && durations.length === 0
    const isFinal = this.#ticks.isTicked || this.#limit.isAtMost
    this.#isStalled = isNothing && isFinal && (asked > 1 || this.#isStalled)
    const isSlow = this.#limit.learn({ late, durations })
    if (!isSlow && !this.#isStalled) for (const [id, error] of late) this.#hung.add(id, error)
  }

  #take (id: string, stats: ContainerStats | null, round: Round, askedAt: number) {
    if (!stats) return this.#takeNothing(id, round)
    const atMonotonic = monotonic()
    const known = this.#samples.get(id) ?? null
    const before = known && this.#runs.isBefore(id, known) ? null : known
    const connections = this.#runs.connectionsSince(id, before, Date.parse(stats.read))
    const sample = sampleOf(stats, { at: wallClock(), atMonotonic, connections }, before)
    if (this.#runs.isBefore(id, { ...sample, atMonotonic: askedAt })) return
    if (hasBegunAgain(sample, before)) round.restarted.push(id)
    this.#samples.set(id, sample)
    this.#hung.release(id)
    this.#empty.delete(id)
    round.answered.add(id)
  }

  /** Reports a failure if a running container repeatedly returns no sample, because the Engine reports none. */
  #takeNothing (id: string, round: Round) {
    const times = (this.#empty.get(id) ?? 0) + 1
    this.#empty.set(id, times)
    if (times < EMPTY_ANSWERS) return
    const call = `GET /containers/${id}/stats`
    round.failures.set(id, new EngineFailed(this.#engine.address, call, '200 without a sample'))
  }
}
