import { setTimeout as sleep } from 'node:timers/promises'
import type { EngineClient } from '../engine/client.ts'
import { withDeadline } from '../engine/deadline.ts'
import type { EngineEvent } from '../engine/wire.ts'
import { codeOf, messageOf } from '../errors.ts'
import { backOff } from './back-off.ts'
import type { ContainerRecord, Kept } from './container-set.ts'
import { Inventory } from './inventory.ts'
import { Journal, type CollectorLog } from './journal.ts'
import { Sampler } from './sampler.ts'
import { containerSnapshotOf, type ContainerSnapshot, type HostSnapshot } from './snapshot.ts'
import type { CollectorTiming } from './timing.ts'
import { Watch } from './watch.ts'

export interface CollectorOptions extends Kept {
  /** The host's name in the configuration. */
  host: string
  engine: EngineClient
  timing: CollectorTiming
  log: CollectorLog
  /** Where this host's polls lie among those of the others, from 0 to 1. */
  phase?: number
  /** Called with every new snapshot. */
  onSnapshot?: (snapshot: HostSnapshot) => void
}

const STALE_POLLS = 3

const hasStats = ({ state }: ContainerRecord) => state === 'running' || state === 'paused'

/** What was begun anew by an action has counters of its own. */
const beginsAnew = ({ action }: EngineEvent) => action === 'start' || action === 'die'

/**
 * The collector of one host. Events keep its set of containers, a slow list corrects it, polls sample what runs; every
 * change makes a new snapshot. Failures become data, never exceptions.
 */
export class Collector {
  readonly #options: CollectorOptions
  readonly #stopping = new AbortController()
  readonly #inventory: Inventory
  readonly #sampler: Sampler
  readonly #watch: Watch
  readonly #journal: Journal
  #running: Promise<void> = Promise.resolve()
  #expiry: NodeJS.Timeout | undefined
  #settling: Promise<void> = Promise.resolve()
  #isSettling = false
  #wake = () => {}
  #isStirred = false
  #resyncDue = 0
  #snapshot: HostSnapshot

  constructor (options: CollectorOptions) {
    const { host, engine, timing, log } = options
    this.#options = options
    this.#inventory = new Inventory(engine, timing, options)
    this.#sampler = new Sampler(engine, timing)
    this.#journal = new Journal(log)
    this.#watch = new Watch({
      engine,
      timing,
      onEvent: event => this.#onEvent(event),
      onGap: () => this.#onGap(),
      onLost: () => this.#resyncSoon()
    })
    this.#snapshot = Object.freeze({
      host,
      version: 0,
      at: Date.now(),
      lastSeen: null,
      up: false,
      error: null,
      engine: null,
      address: engine.address,
      poll: { durationMs: null, intervalMs: timing.interval, isStalled: false },
      pollErrors: {},
      requests: {},
      missingRights: [],
      certificateExpiresAt: null,
      events: 'connecting',
      containers: []
    })
  }

  /** The latest snapshot; never waits. */
  get snapshot (): HostSnapshot {
    return this.#snapshot
  }

  /** Polls until `stop`. */
  start (): void {
    this.#running = this.#run(this.#stopping.signal)
  }

  /** Ends polling, a poll under way is dropped. Resolves when nothing runs any more. */
  async stop (): Promise<void> {
    this.#stopping.abort()
    this.#wake()
    clearTimeout(this.#expiry)
    await this.#running
    await this.#settling
  }

  async #run (signal: AbortSignal) {
    const { timing: { interval, backOffMost, startWithin }, phase = 0 } = this.#options
    await this.#idle(phase * startWithin)
    for (let failures = 0; !signal.aborted;) {
      try {
        await this.#open(signal)
        for (;;) {
          await this.#poll(signal)
          failures = 0
        }
      } catch (error) {
        failures++
        if (!signal.aborted) this.#fail(error)
      }
      await this.#watch.stop()
      await this.#idle(backOff(failures, interval, backOffMost))
    }
  }

  /** Finds out who answers and opens the event stream, before the first list. */
  async #open (signal: AbortSignal) {
    const { engine, timing: { openWithin } } = this.#options
    const { date } = await engine.ping(signal)
    this.#inventory.doubt()
    this.#sampler.pardon()
    this.#resyncDue = 0
    this.#watch.start(date / 1000)
    await this.#idle(openWithin)
  }

  /** One poll, and the rest until the next. */
  async #poll (signal: AbortSignal) {
    const { timing: { deadline, interval, startWithin }, phase = 0 } = this.#options
    const isDue = this.#inventory.isOverrun || Date.now() >= this.#resyncDue
    const isListed = this.#watch.state !== 'live' || isDue
    const isFirst = this.#snapshot.lastSeen === null
    const start = performance.now()
    if (isListed) await withDeadline(deadline, signal, signal => this.#resync(signal))
    await withDeadline(this.#samplingWithin(), signal, async signal => {
      const failures = await this.#sample(signal, isListed)
      await this.#publishPoll(performance.now() - start)
      this.#journal.reached(this.#snapshot, failures)
    })
    const shift = isFirst ? phase * (interval - startWithin % interval) : 0
    const end = Date.now() + this.#snapshot.poll.intervalMs + shift
    while (Date.now() < end && !signal.aborted) {
      await this.#idle(end - Date.now())
      if (this.#resyncDue === 0) await withDeadline(deadline, signal, signal => this.#resync(signal))
    }
    signal.throwIfAborted()
  }

  /** The deadline, and a tick for each turn that containers must wait where connections are few. */
  #samplingWithin () {
    const { engine: { connections }, timing: { deadline, turn } } = this.#options
    return deadline + turn * Math.floor(this.#inventory.containers.length / connections)
  }

  /** @returns what went wrong for single containers */
  async #sample (signal: AbortSignal, isListed: boolean): Promise<unknown[]> {
    const ids = this.#inventory.containers.filter(hasStats).map(({ id }) => id)
    const { answered, gone, failures } = await this.#sampler.round(ids, signal)
    for (const id of gone) this.#inventory.remove(id)
    if (answered.size === 0 && !isListed) await this.#options.engine.ping(signal)
    return failures
  }

  async #resync (signal: AbortSignal) {
    const { timing: { resync } } = this.#options
    const isFirst = this.#snapshot.lastSeen === null || !this.#snapshot.up
    this.#resyncDue = Date.now() + resync
    const isNews = await this.#inventory.resync(signal)
    if (!isFirst && isNews && this.#watch.state === 'live') this.#watch.reopen()
    if (isNews || this.#inventory.isDue) this.#stir()
  }

  #resyncSoon () {
    this.#resyncDue = 0
    this.#wake()
  }

  #onGap () {
    this.#inventory.doubt()
    this.#resyncSoon()
  }

  #onEvent (event: EngineEvent) {
    if (beginsAnew(event)) this.#sampler.forget(event.id)
    if (this.#inventory.apply(event)) this.#stir()
  }

  /** Shows what events changed, some times a second at most: what they say, then what the Engine's records say. */
  #stir () {
    this.#isStirred = true
    if (!this.#isSettling) this.#settling = this.#settle()
  }

  async #settle () {
    const { timing: { settle, deadline } } = this.#options
    const { signal } = this.#stopping
    this.#isSettling = true
    while ((this.#isStirred || this.#inventory.isDue) && this.#snapshot.up && !signal.aborted) {
      this.#isStirred = false
      this.#publish({})
      await withDeadline(deadline, signal, signal => this.#inventory.inspectDue(signal))
      this.#publish({})
      await sleep(settle, undefined, { signal }).catch(() => {})
    }
    this.#isSettling = false
  }

  async #publishPoll (durationMs: number) {
    const { engine, timing: { interval } } = this.#options
    const { date, ...server } = await engine.server()
    const intervalMs = durationMs > interval / 2 ? Math.round(2 * durationMs) : interval
    this.#publish({
      up: true,
      error: null,
      lastSeen: Date.now(),
      engine: Object.freeze({ ...server, ...this.#inventory.info }),
      poll: Object.freeze({ durationMs: Math.round(durationMs), intervalMs, isStalled: this.#sampler.isStalled })
    })
    clearTimeout(this.#expiry)
    this.#expiry = setTimeout(() => this.#publish({}), this.#staleAfter(this.#snapshot))
    if (this.#inventory.isDue) this.#stir()
  }

  #fail (error: unknown) {
    const failure = Object.freeze({ code: codeOf(error), message: messageOf(error) })
    const { pollErrors } = this.#snapshot
    const failed = (pollErrors[failure.code] ?? 0) + 1
    this.#publish({ up: false, error: failure, pollErrors: Object.freeze({ ...pollErrors, [failure.code]: failed }) })
    this.#journal.lost(this.#options.host, failure)
  }

  #publish (change: Partial<HostSnapshot>) {
    const { engine, onSnapshot } = this.#options
    const { version, lastSeen, poll } = { ...this.#snapshot, ...change }
    const staleAfter = this.#staleAfter({ poll })
    const isStale = lastSeen === null || Date.now() - lastSeen >= staleAfter
    this.#snapshot = Object.freeze({
      ...this.#snapshot,
      ...change,
      version: version + 1,
      at: Date.now(),
      requests: Object.freeze(engine.requests),
      missingRights: Object.freeze(engine.missingRights),
      certificateExpiresAt: engine.certificateExpiresAt,
      events: this.#watch.state,
      containers: isStale ? [] : Object.freeze(this.#inventory.containers.map(record => this.#show(record, staleAfter)))
    })
    this.#journal.expiry(this.#snapshot)
    onSnapshot?.(this.#snapshot)
  }

  /** How old the last containers of a host out of reach may get: as long as some polls take, stretched ones too. */
  #staleAfter ({ poll: { intervalMs, durationMs } }: Pick<HostSnapshot, 'poll'>) {
    return Math.max(this.#options.timing.staleAfter, STALE_POLLS * (intervalMs + (durationMs ?? 0)))
  }

  #show (record: ContainerRecord, staleAfter: number): ContainerSnapshot {
    return containerSnapshotOf(record, hasStats(record) ? this.#sampler.latest(record.id, staleAfter) : null)
  }

  /** Waits, until woken. */
  async #idle (milliseconds: number): Promise<void> {
    if (this.#stopping.signal.aborted) return
    await new Promise<void>(resolve => {
      const timer = setTimeout(resolve, milliseconds)
      this.#wake = () => {
        clearTimeout(timer)
        resolve()
      }
    })
  }
}
