import { setMaxListeners } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import type { EngineClient } from '../engine/client.ts'
import { orAfter } from '../engine/deadline.ts'
import type { EngineEvent } from '../engine/wire.ts'
import { codeOf, EngineDisconnected, EngineStalled, isHostLost, isRefused, messageOf } from '../errors.ts'
import { nameOf } from '../model/names.ts'
import type { Log } from '../model/log.ts'
import { own } from '../model/own.ts'
import { monotonic, wallClock } from '../model/time.ts'
import { backOff } from './back-off.ts'
import { Background } from './background.ts'
import type { ContainerRecord } from './container-record.ts'
import { ContainerSet, type Kept } from './container-set.ts'
import { InspectionLoop } from './inspection-loop.ts'
import { Inventory } from './inventory.ts'
import { Pause } from './pause.ts'
import { Problems } from './problems.ts'
import { Sampler } from './sampler.ts'
import { singleFlight, type SingleFlight } from './single-flight.ts'
import { hasStats, SnapshotBuilder } from './snapshot-builder.ts'
import type { HostSnapshot } from '../model/snapshot.ts'
import type { CollectorTiming } from './timing.ts'
import { Watch } from './watch.ts'
import { Watchdog } from './watchdog.ts'

export interface CollectorOptions extends Kept {
  /** The host's name in the configuration. */
  host: string
  engine: EngineClient
  timing: CollectorTiming
  log: Log
  /** Where this host's polls lie among those of the others, from 0 to 1. */
  phase?: number
  /** Called with every new snapshot; it must not throw. */
  onSnapshot?: (snapshot: HostSnapshot) => void
}

/** Intervals without a poll after which a host counts as stalled, and for which a problem must not have been seen. */
const STALLED_INTERVALS = 3

/**
 * The collector of one host. Events keep its set of containers, a slow list corrects it, polls sample what runs; every
 * change makes a new snapshot. Failures become data, never exceptions.
 */
export class Collector {
  readonly #options: CollectorOptions
  readonly #stopping = new AbortController()
  readonly #problems = new Problems()
  readonly #containers: ContainerSet
  readonly #inventory: Inventory
  readonly #inspections: InspectionLoop
  readonly #sampler: Sampler
  readonly #watch: Watch
  readonly #builder: SnapshotBuilder
  readonly #watchdog: Watchdog
  readonly #listing: SingleFlight<boolean>
  readonly #reading: SingleFlight<void>
  readonly #refreshing: SingleFlight<void>
  readonly #pause = new Pause(() => this.#stopping.signal.aborted)
  readonly #background = new Background(error => this.#onError(error))
  #running: Promise<void> = Promise.resolve()

  constructor (options: CollectorOptions) {
    const { host, engine, timing, onSnapshot = () => {} } = options
    this.#options = options
    setMaxListeners(0, this.#stopping.signal)
    this.#containers = new ContainerSet(options)
    this.#inventory = new Inventory(engine, timing, this.#containers, this.#problems)
    this.#inspections = new InspectionLoop(engine, timing, this.#containers)
    this.#sampler = new Sampler(engine, timing)
    this.#watch = new Watch({
      engine,
      timing,
      onEvent: event => this.#onEvent(event),
      onGap: () => this.#onGap(),
      onSteady: () => this.#problems.report('events', []),
      onFailure: error => this.#onEventsFailure(error)
    })
    const sources = {
      containers: this.#containers,
      inventory: this.#inventory,
      inspections: this.#inspections,
      sampler: this.#sampler,
      problems: this.#problems,
      watch: this.#watch
    }
    this.#builder = new SnapshotBuilder({ host, engine, timing, ...sources }, onSnapshot)
    this.#watchdog = new Watchdog(() => engine.lastAnswer, silentFor => this.#onStall(silentFor))
    this.#listing = singleFlight(() => this.#list(this.#stopping.signal))
    this.#reading = singleFlight(() => this.#inventory.readInfo(this.#stopping.signal))
    this.#refreshing = singleFlight(() => this.#refresh(this.#stopping.signal))
  }

  /** The latest snapshot; never waits. */
  get snapshot (): HostSnapshot {
    return this.#builder.snapshot
  }

  /** Makes another snapshot of what is known, where it is to be shown in another way. */
  republish (): void {
    this.#builder.publish()
  }

  /** Polls until `stop`. */
  start (): void {
    this.#running = this.#run(this.#stopping.signal)
  }

  /** Ends polling, a poll under way is dropped. Resolves when nothing runs any more. */
  async stop (): Promise<void> {
    this.#stopping.abort()
    this.#pause.end()
    await this.#running
    await this.#background.ended()
    this.#builder.close()
    this.#watchdog.stop()
  }

  async #run (signal: AbortSignal) {
    const { timing: { interval, backOffMost, startWithin }, phase = 0 } = this.#options
    await this.#pause.for(phase * startWithin)
    this.#expectRound()
    for (let failures = 0; !signal.aborted;) {
      try {
        await this.#open(signal)
        for (let isFirst = true; !signal.aborted; isFirst = false) {
          await this.#poll(isFirst, signal)
          failures = 0
        }
      } catch (error) {
        failures++
        if (!signal.aborted) this.#fail(error)
      }
      await this.#watch.stop()
      await this.#pause.for(backOff(failures, interval, backOffMost))
    }
  }

  /** Finds out who answers and opens the event stream, before the first list. */
  async #open (signal: AbortSignal) {
    const { engine, timing: { openWithin } } = this.#options
    const { date } = await engine.ping(signal)
    this.#problems.clear()
    this.#inventory.invalidate()
    this.#inspections.reset()
    this.#sampler.resetQuarantine()
    await Promise.race([this.#watch.start(date / 1000), this.#pause.for(openWithin)])
    this.#pause.end()
  }

  /**
   * One poll, and the rest until the next.
   * @param isFirst whether nothing is known yet of the Engine that answers
   */
  async #poll (isFirst: boolean, signal: AbortSignal) {
    const { engine, timing, phase = 0 } = this.#options
    const { interval, startWithin, listPatience } = timing
    const isBeginning = this.snapshot.lastSeen === null
    const start = monotonic()
    const info = this.#inventory.isInfoDue && this.#background.run(this.#reading.join())
    const isListed = await this.#listIfDue(isFirst)
    if (info) await orAfter(listPatience, info, undefined)
    const hasAnswered = await this.#sample(signal)
    if (!hasAnswered && !isListed) await engine.ping(signal)
    await this.#publishPoll(monotonic() - start)
    this.#inspections.invalidateOld(this.#watch.state === 'live' ? timing.recordAgeLive : timing.recordAge)
    if (this.#inspections.isDue) this.#scheduleRefresh()
    const shift = isBeginning ? phase * (interval - startWithin % interval) : 0
    await this.#pause.for(this.snapshot.poll.intervalMs + shift)
  }

  /** @returns whether a list has come; one that takes its time comes later */
  async #listIfDue (isFirst: boolean): Promise<boolean> {
    const isLive = this.#watch.state === 'live'
    const isDue = !isLive || this.#containers.isOverrun || this.#inventory.isListDue
    if (!isDue || this.#inventory.isListHeld) return false
    const listing = this.#listing.join()
    this.#background.run(listing)
    return isFirst ? await listing : await orAfter(this.#options.timing.listPatience, listing, false)
  }

  /** @returns whether the list has come */
  async #list (signal: AbortSignal): Promise<boolean> {
    const wasUp = this.snapshot.up === true
    const isNews = await this.#inventory.list(signal)
    if (isNews === null) return false
    if (wasUp && isNews && this.#watch.isSteady) this.#watch.reopen()
    if (isNews) this.#scheduleRefresh()
    return true
  }

  /** @returns whether any container gave a sample */
  async #sample (signal: AbortSignal): Promise<boolean> {
    const records = this.#containers.values().filter(hasStats)
    const round = await this.#sampler.round(records.map(({ id }) => id), signal)
    for (const id of round.gone) this.#containers.remove(id)
    if (this.#watch.state !== 'live') for (const id of round.restarted) this.#containers.invalidate(id)
    this.#report('stats', records, round.failures)
    this.#report('inspect', this.#containers.values(), this.#inspections.errors)
    this.#problems.report('all stats', round.bulkFailure === null ? [] : [{ error: round.bulkFailure }])
    return round.answered.size > 0
  }

  /** Tells what came of calls that are about single containers. */
  #report (what: string, records: readonly ContainerRecord[], errors: ReadonlyMap<string, unknown>) {
    const failed = records.filter(({ id }) => errors.has(id))
    this.#problems.report(what, failed.map(record => ({ error: errors.get(record.id), container: nameOf(record) })))
  }

  /** What was missed shows in a list; that events are live shows in any case. */
  #onGap () {
    this.#background.run(this.#listing.again().then(() => this.#scheduleRefresh()))
  }

  #onEvent (event: EngineEvent) {
    if (this.#containers.has(event.id)) this.#sampler.see(event)
    if (this.#containers.apply(event)) this.#scheduleRefresh()
  }

  /** Where the host is lost the next poll finds that out. */
  #onEventsFailure (error: unknown) {
    if (isHostLost(error)) return
    const { address } = this.#options.engine
    const cause = error ?? new EngineDisconnected(address, 'GET /events', 'the Engine ended the stream at once')
    this.#problems.report('events', [{ error: cause }])
  }

  /** Shows what changed, some times a second at most: what is known of it, then what the Engine's records say. */
  #scheduleRefresh () {
    this.#background.run(this.#refreshing.again())
  }

  async #refresh (signal: AbortSignal): Promise<void> {
    if (this.snapshot.up !== true || signal.aborted) return
    this.#builder.publish()
    if (this.#inspections.isDue) {
      await this.#inspections.run(signal)
      this.#report('inspect', this.#containers.values(), this.#inspections.errors)
      this.#builder.publish()
    }
    await sleep(this.#options.timing.settle, undefined, { signal })
    if (this.#inspections.isDue) this.#scheduleRefresh()
  }

  async #publishPoll (durationMs: number) {
    const { engine, timing: { interval } } = this.#options
    const { date, ...server } = await engine.server()
    const { info } = this.#inventory
    const intervalMs = durationMs > interval / 2 ? Math.round(2 * durationMs) : interval
    this.#problems.settle(STALLED_INTERVALS * intervalMs)
    this.#builder.publish({
      up: true,
      error: null,
      lastSeen: wallClock(),
      lastSeenMonotonic: monotonic(),
      engine: Object.freeze({ ...server, ...info, osType: server.osType ?? info.osType }),
      poll: Object.freeze({ durationMs: Math.round(durationMs), intervalMs, isStalled: this.#sampler.isStalled })
    })
    this.#builder.expire()
    this.#expectRound()
  }

  /** The next round must end in time: three intervals, and what a single call may take. */
  #expectRound () {
    const { intervalMs } = this.snapshot.poll
    const within = Math.max(this.#options.timing.stalledAfter, STALLED_INTERVALS * intervalMs)
    this.#watchdog.cameRound(within + this.#sampler.limit)
  }

  #onStall (silentFor: number) {
    const { engine: { address } } = this.#options
    this.#fail(new EngineStalled(address, 'polling', `${Math.round(silentFor / 1000)} s`))
  }

  #fail (error: unknown) {
    const failure = Object.freeze({ code: codeOf(error), message: messageOf(error) })
    const { pollErrors } = this.snapshot
    const failed = (own(pollErrors, failure.code) ?? 0) + 1
    this.#watchdog.stop()
    this.#problems.clear()
    const counted = Object.freeze({ ...pollErrors, [failure.code]: failed })
    this.#builder.publish({ up: false, error: failure, pollErrors: counted })
  }

  /** What must not end the loop; where the host is lost the next poll finds that out. */
  #onError (error: unknown) {
    if (this.#stopping.signal.aborted || isHostLost(error) || isRefused(error)) return
    this.#options.log.warn({ host: this.#options.host, err: error }, 'unexpected error, polling goes on')
  }
}
