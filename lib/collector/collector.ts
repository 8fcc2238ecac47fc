import { setMaxListeners } from 'node:events'
import { orAfter } from '../engine/deadline.ts'
import type { EngineEvent } from '../engine/wire.ts'
import { EngineDisconnected, EngineStalled, isHostLost, isRefused } from '../errors.ts'
import { nameOf } from '../model/names.ts'
import type { Log } from '../model/log.ts'
import { monotonic } from '../model/time.ts'
import { backOff } from './back-off.ts'
import { Background } from './background.ts'
import type { ContainerRecord } from './container-record.ts'
import { ContainerSet, type Kept } from './container-set.ts'
import { essential } from './essential.ts'
import { InspectionLoop } from './inspection-loop.ts'
import { Inventory } from './inventory.ts'
import { failed, succeeded } from './outcome.ts'
import { Lister } from './lister.ts'
import { Pause } from './pause.ts'
import { Problems } from './problems.ts'
import { Refresher } from './refresher.ts'
import { heardAtOf } from './resume.ts'
import { Sampler } from './sampler.ts'
import { singleFlight, type SingleFlight } from '../model/single-flight.ts'
import { hasStats, SnapshotBuilder, type Sources } from './snapshot-builder.ts'
import type { HostSnapshot } from '../model/snapshot.ts'
import { Transitions } from './transitions.ts'
import { Watch } from './watch.ts'
import { Watchdog } from './watchdog.ts'

type Given = 'host' | 'replica' | 'configuration' | 'resume' | 'engine' | 'timing'

export interface CollectorOptions extends Kept, Pick<Sources, Given> {
  log: Log
  /** Spreads the polls of all hosts over the interval, from 0 to 1. */
  phase?: number
  /** Called with every new snapshot; it must not throw. */
  onSnapshot?: (snapshot: HostSnapshot) => void
}

/** A host is stalled after this many intervals without a poll; a problem is over after as many without it. */
const STALLED_INTERVALS = 3

/**
 * Polls one host. Events keep its set of containers, a slow list corrects it, and polls sample what runs. Every change
 * publishes a new snapshot; failures are part of it, not exceptions.
 */
export class Collector {
  readonly #options: CollectorOptions
  readonly #stopping = new AbortController()
  readonly #problems = new Problems()
  readonly #transitions: Transitions
  readonly #containers: ContainerSet
  readonly #inventory: Inventory
  readonly #inspections: InspectionLoop
  readonly #sampler: Sampler
  readonly #watch: Watch
  readonly #builder: SnapshotBuilder
  readonly #watchdog: Watchdog
  readonly #lister: Lister
  readonly #reading: SingleFlight<void>
  readonly #refresher: Refresher
  readonly #pause = new Pause(() => this.#stopping.signal.aborted)
  readonly #background = new Background(error => this.#onError(error))
  #running: Promise<void> = Promise.resolve()

  constructor (options: CollectorOptions) {
    const { host, resume, engine, timing, onSnapshot = () => {} } = options
    this.#options = options
    setMaxListeners(0, this.#stopping.signal)
    this.#transitions = new Transitions(host, resume)
    this.#containers = new ContainerSet(options)
    this.#inventory = new Inventory(engine, timing, this.#containers, this.#problems)
    if (resume) this.#inventory.resume(resume)
    this.#inspections = new InspectionLoop(engine, timing, this.#containers)
    this.#sampler = new Sampler(engine, timing, resume)
    this.#watch = new Watch({
      engine,
      timing,
      heardAt: resume && heardAtOf(resume),
      onEvent: event => this.#onEvent(event),
      onGap: () => this.#lister.listAfterGap(),
      onSteady: () => this.#problems.report('events', []),
      onFailure: error => this.#onEventsFailure(error)
    })
    const sources = {
      containers: this.#containers,
      inventory: this.#inventory,
      inspections: this.#inspections,
      sampler: this.#sampler,
      problems: this.#problems,
      watch: this.#watch,
      transitions: this.#transitions
    }
    this.#builder = new SnapshotBuilder({ ...options, ...sources }, onSnapshot)
    this.#watchdog = new Watchdog(() => engine.lastAnswer, silentFor =>
      this.#fail(new EngineStalled(engine.address, 'polling', `${Math.round(silentFor / 1000)} s`)))
    this.#reading = singleFlight(() => this.#inventory.readInfo(this.#stopping.signal))
    const parts = { ...sources, builder: this.#builder, background: this.#background, signal: this.#stopping.signal }
    const onInspected = () => this.#report('inspect', this.#containers.values(), this.#inspections.errors)
    this.#refresher = new Refresher({ ...parts, settle: timing.settle, onInspected })
    this.#lister = new Lister({ ...parts, refresher: this.#refresher, patience: timing.listPatience })
  }

  get snapshot (): HostSnapshot {
    return this.#builder.snapshot
  }

  /** Publishes the same data again, because the configuration now shows it differently. */
  republish (): void {
    this.#builder.publish()
  }

  /** Applies other settings: shows what is known at once, then lists and polls, for labels and samples that are not. */
  adjust ({ timing, ...kept }: Kept & Pick<CollectorOptions, 'timing'>): void {
    Object.assign(this.#options.timing, timing)
    this.#containers.keep(kept)
    this.#builder.publish()
    this.#lister.listAfterGap()
    this.#pause.end()
  }

  /** Polls until `stop`. */
  start (): void {
    if (this.snapshot.lastSeen !== null) this.#builder.expire()
    this.#running = essential(this.#run(this.#stopping.signal))
  }

  /** Stops polling at once. Resolves when nothing is running any more. */
  async stop (): Promise<void> {
    this.#stopping.abort()
    this.#pause.end()
    await this.#running
    await this.#background.ended()
    this.#builder.close()
    this.#watchdog.stop()
  }

  async #run (signal: AbortSignal) {
    const { timing: { interval, backOffMost, startWithin }, phase = 0, resume } = this.#options
    await this.#pause.for(phase * (resume ? interval : startWithin))
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

  /** Identifies the Engine and opens the event stream, before the first list so that no change is missed. */
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
   * Polls once, then waits until the next poll is due.
   * @param isFirst whether this is the first poll since the Engine was identified
   */
  async #poll (isFirst: boolean, signal: AbortSignal) {
    const { engine, timing, timing: { interval, startWithin, listPatience }, phase = 0 } = this.#options
    const isBeginning = this.snapshot.lastSeen === null
    const start = monotonic()
    const info = this.#inventory.isInfoDue && this.#background.run(this.#reading.join())
    const isListed = await this.#lister.listIfDue(isFirst)
    if (info) await orAfter(listPatience, info, undefined)
    const hasAnswered = await this.#sample(signal)
    if (!hasAnswered && !isListed) await engine.ping(signal)
    await this.#publishPoll(monotonic() - start)
    this.#inspections.invalidateOld(this.#watch.state === 'live' ? timing.recordAgeLive : timing.recordAge)
    if (this.#inspections.isDue) this.#refresher.schedule()
    const shift = isBeginning ? phase * (interval - startWithin % interval) : 0
    await this.#pause.for(this.snapshot.poll.intervalMs + shift)
  }

  /** @returns whether any container returned a sample */
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

  #report (what: string, records: readonly ContainerRecord[], errors: ReadonlyMap<string, unknown>) {
    this.#problems.report(what, records.filter(({ id }) => errors.has(id))
      .map(record => ({ error: errors.get(record.id), container: nameOf(record) })))
  }

  #onEvent (event: EngineEvent) {
    if (this.#containers.has(event.id)) this.#sampler.see(event)
    if (this.#transitions.apply(event, this.#containers)) this.#refresher.schedule()
  }

  /** Ignores a lost host: the next poll reports it. */
  #onEventsFailure (error: unknown) {
    if (isHostLost(error)) return
    const { engine: { address } } = this.#options
    const cause = error ?? new EngineDisconnected(address, 'GET /events', 'the Engine ended the stream at once')
    this.#problems.report('events', [{ error: cause }])
  }

  async #publishPoll (durationMs: number) {
    const { engine, timing: { interval } } = this.#options
    const { date, ...server } = await engine.server()
    const intervalMs = durationMs > interval / 2 ? Math.round(2 * durationMs) : interval
    this.#problems.settle(STALLED_INTERVALS * intervalMs)
    const { info } = this.#inventory
    this.#builder.publish(succeeded({ server, info, durationMs, intervalMs, isStalled: this.#sampler.isStalled }))
    this.#builder.expire()
    this.#expectRound()
  }

  /** Sets the deadline of the next poll: three intervals plus the time that a single call may take. */
  #expectRound () {
    const { intervalMs } = this.snapshot.poll
    const within = Math.max(this.#options.timing.stalledAfter, STALLED_INTERVALS * intervalMs)
    this.#watchdog.cameRound(within + this.#sampler.limit)
  }

  #fail (error: unknown) {
    this.#watchdog.stop()
    this.#problems.clear()
    this.#builder.publish(failed(error, this.snapshot))
  }

  /** Logs bugs in background work, which must not end the loop. Ignores a lost host: the next poll reports it. */
  #onError (error: unknown) {
    if (this.#stopping.signal.aborted || isHostLost(error) || isRefused(error)) return
    this.#options.log.warn({ host: this.#options.host, err: error }, 'unexpected error, polling goes on')
  }
}
