import { performance } from 'node:perf_hooks'
import pMap from 'p-map'
import type { EngineClient, Introduction } from '../engine/client.ts'
import type { ContainerStats } from '../engine/wire-stats.ts'
import {
  EngineDisconnected, EngineForbidden, EngineGone, EngineRefused, EngineSsh, EngineTimeout, EngineUnreachable
} from '../errors.ts'
import { backOff } from './back-off.ts'
import { sampleOf, withoutGains, type Sample } from './sample.ts'
import type { CollectorTiming } from './timing.ts'

/** Stats calls at a time of an Engine that answers all that wait on its one-second tick: less costs a second more. */
const TICKED_AT_ONCE = 256

/** A round of that many calls tells how an Engine really answers: by how long most of them take, in milliseconds. */
const TELLING_CALLS = 17
const TICKED_FROM = 600
const DIRECT_BELOW = 400

/** Where this process was busy for so much of the round, answers may have waited for that. */
const TOO_BUSY = 0.8

/** Who asks just before its tick is answered at once by a ticked Engine too, but not so many times in a row. */
const QUICK_ROUNDS = 3

const isHostFailure = (error: unknown) =>
  error instanceof EngineRefused || error instanceof EngineUnreachable || error instanceof EngineDisconnected ||
  error instanceof EngineSsh

/** What one round of samples brought. */
export interface Round {
  /** Containers that gave a sample. */
  answered: Set<string>
  /** Containers that are gone. */
  gone: string[]
  /** What went wrong for others. */
  failures: unknown[]
}

/** What single calls of a round took. */
interface Experience {
  asked: number
  /** Containers whose stats did not come in time. */
  late: readonly string[]
  /** Of the others, milliseconds. */
  durations: readonly number[]
  wasBusy: boolean
}

/** The samples of one Engine's containers: asks for them in rounds, and leaves alone those whose stats hang. */
export class Sampler {
  readonly #engine: EngineClient
  readonly #timing: CollectorTiming
  readonly #samples = new Map<string, Sample>()
  readonly #hung = new Map<string, { times: number, until: number }>()
  #server = ''
  #oneShot: 'direct' | 'ticked' = 'direct'
  /** Rounds in a row that were answered at once. */
  #quickRounds = 0
  #hasNative = true
  #isStalled = false

  constructor (engine: EngineClient, timing: CollectorTiming) {
    this.#engine = engine
    this.#timing = timing
  }

  /** Whether no container gave its stats when all were asked. Then only one is asked until that gives some. */
  get isStalled (): boolean {
    return this.#isStalled
  }

  /**
   * The latest sample of a container; null when there is none that is fresh enough.
   * @param within how old it may be, milliseconds
   */
  latest (id: string, within: number): Sample | null {
    const sample = this.#samples.get(id)
    return sample && Date.now() - sample.at <= within ? sample : null
  }

  /** A new run begins: its counters have nothing to do with those before. */
  forget (id: string): void {
    this.#samples.delete(id)
    this.#hung.delete(id)
  }

  /** The host was out of reach: what hung may have hung for that. */
  pardon (): void {
    this.#hung.clear()
    this.#isStalled = false
  }

  /**
   * Asks for one sample of each container.
   * @throws an error of the catalogue when the Engine is lost on the way
   */
  async round (ids: readonly string[], signal: AbortSignal): Promise<Round> {
    const server = await this.#engine.server(signal)
    this.#adapt(server)
    const isNative = server.kind === 'podman' && this.#hasNative && ids.length > 0
    const round = (isNative && await this.#nativeRound(ids, signal)) || await this.#singleRound(ids, signal)
    this.#settle(new Set(ids), round.answered)
    return round
  }

  /** Forgets containers that were not asked for; what gave nothing this time has not gained anything. */
  #settle (ids: ReadonlySet<string>, answered: ReadonlySet<string>) {
    for (const id of [...this.#samples.keys(), ...this.#hung.keys()]) if (!ids.has(id)) this.forget(id)
    for (const [id, sample] of this.#samples) {
      if (!answered.has(id)) this.#samples.set(id, withoutGains(sample))
    }
  }

  /** Starts from what the Server header says, each time it says something else. */
  #adapt ({ kind, version, oneShot }: Introduction) {
    const server = `${kind} ${version}`
    if (server === this.#server) return
    this.#server = server
    this.#oneShot = oneShot
    this.#quickRounds = 0
    this.#hasNative = true
  }

  async #nativeRound (ids: readonly string[], signal: AbortSignal): Promise<Round | null> {
    try {
      const stats = await this.#engine.podmanStats(this.#timing.statsWithin, signal)
      return { answered: new Set(ids.filter(id => this.#keep(id, stats.get(id) ?? null))), gone: [], failures: [] }
    } catch (error) {
      if (!(error instanceof EngineForbidden || error instanceof EngineGone)) throw error
      this.#hasNative = false
      return null
    }
  }

  async #singleRound (ids: readonly string[], signal: AbortSignal): Promise<Round> {
    const now = Date.now()
    const isDue = (id: string) => (this.#hung.get(id)?.until ?? 0) <= now
    const asked = ids.filter(isDue).slice(0, this.#isStalled ? 1 : undefined)
    const round: Round = { answered: new Set(), gone: [], failures: [] }
    const durations: number[] = []
    const late: string[] = []
    const before = performance.eventLoopUtilization()
    const atOnce = this.#oneShot === 'ticked' ? TICKED_AT_ONCE : this.#timing.statsAtOnce
    await pMap(asked, async id => {
      const start = performance.now()
      try {
        const stats = await this.#engine.stats(id, this.#timing.statsWithin, signal)
        durations.push(performance.now() - start)
        if (this.#keep(id, stats)) round.answered.add(id)
      } catch (error) {
        if (isHostFailure(error)) throw error
        if (error instanceof EngineGone) round.gone.push(id)
        else round.failures.push(error)
        if (error instanceof EngineTimeout && !signal.aborted) late.push(id)
      }
    }, { concurrency: Math.min(atOnce, this.#engine.connections) })
    const { utilization } = performance.eventLoopUtilization(before)
    this.#learn({ asked: asked.length, late, durations, wasBusy: utilization > TOO_BUSY })
    return round
  }

  #learn ({ asked, late, durations, wasBusy }: Experience) {
    const isNothing = late.length > 0 && late.length === asked
    this.#isStalled = this.#oneShot === 'ticked' && isNothing && (asked > 1 || this.#isStalled)
    if (!this.#isStalled) for (const id of late) this.#leaveAlone(id)
    if (durations.length < TELLING_CALLS) return
    const areMost = (isSuch: (duration: number) => boolean) => durations.filter(isSuch).length > durations.length / 2
    if (!wasBusy && areMost(duration => duration > TICKED_FROM)) this.#oneShot = 'ticked'
    this.#quickRounds = areMost(duration => duration < DIRECT_BELOW) ? this.#quickRounds + 1 : 0
    if (this.#quickRounds === QUICK_ROUNDS) this.#oneShot = 'direct'
  }

  #leaveAlone (id: string) {
    const times = (this.#hung.get(id)?.times ?? 0) + 1
    const until = Date.now() + backOff(times, this.#timing.hungFirst, this.#timing.hungMost)
    this.#hung.set(id, { times, until })
  }

  /** @returns whether there was a sample to keep */
  #keep (id: string, stats: ContainerStats | null): boolean {
    if (!stats) return false
    this.#samples.set(id, sampleOf(stats, Date.now(), this.#samples.get(id) ?? null))
    this.#hung.delete(id)
    return true
  }
}
