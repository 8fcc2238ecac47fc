import { setTimeout as sleep } from 'node:timers/promises'
import type { EngineClient } from '../engine/client.ts'
import type { EngineEvent } from '../engine/wire.ts'
import { isRefused } from '../errors.ts'
import { monotonic } from '../model/time.ts'
import { backOff } from './back-off.ts'
import { essential } from './essential.ts'
import type { CollectorTiming } from './timing.ts'
import type { EventsState } from '../model/engine.ts'

/** Events to remember for deduplication: Engines replay at most their last 256. */
const REMEMBERED = 256

/** Seconds to remember an event: far more than any stream goes back. */
const RECOGNIZED = 60

/** Seconds by which events can be out of order. An older event means that the Engine's clock was set back. */
const DISORDER = 60

/** Seconds: what happened before is not requested when a host is back, because Podman keeps its events for long. */
const MEMORY = 86_400

/** Milliseconds: a stream that ends sooner counts as a failure. */
const AT_ONCE = 200

/** Seconds of past events that every connection requests again, which covers clock differences and rounding. */
const OVERLAP = 1

export interface WatchOptions {
  engine: Pick<EngineClient, 'events'>
  timing: CollectorTiming
  /** Up to when another process heard the events, on the monotonic clock. */
  heardAt?: number | undefined
  onEvent (event: EngineEvent): void
  /** Called when the stream opens and events may have been missed before. */
  onGap (): void
  /** Called when the stream has been open for `steadyAfter`. */
  onSteady (): void
  /** Called when the stream cannot be opened or keeps ending at once; `error` is null if the Engine just ends it. */
  onFailure (error: unknown): void
}

/** Follows the event stream of one Engine: reopens it with `since` when it ends, and reports every event once. */
export class Watch {
  readonly #options: WatchOptions
  /** Event times by event key. */
  readonly #seen = new Map<string, number>()
  #stopping = new AbortController()
  #stream = new AbortController()
  #running: Promise<void> = Promise.resolve()
  #since = 0
  /** When the last steady stream was opened, by the Engine's clock. */
  #steadyFrom = 0
  /** The Engine's clock minus the monotonic clock, in seconds. */
  #clock = 0
  /** True if events may be lost; planned reconnects replay them. */
  #hasGap = true
  #state: EventsState = 'connecting'
  #isSteady = false
  #openedAt = 0
  /** Callers that wait until the stream has opened or failed to open. */
  readonly #waiting: (() => void)[] = []

  constructor (options: WatchOptions) {
    this.#options = options
  }

  get state (): EventsState {
    return this.#state
  }

  /** Whether the stream has been open for `steadyAfter`, so that a list has made up for missed events. */
  get isSteady (): boolean {
    return this.#isSteady
  }

  /**
   * Resolves when the stream has opened or failed to open.
   * @param now seconds since the epoch, on the Engine's clock
   */
  start (now: number): Promise<void> {
    this.#clock = now - monotonic() / 1000
    const { heardAt } = this.#options
    if (heardAt !== undefined) this.#since ||= this.#clock + heardAt / 1000
    this.#since = this.#resumeFrom(now)
    this.#hasGap = true
    this.#stopping = new AbortController()
    this.#running = essential(this.#run(this.#stopping.signal))
    return new Promise(resolve => this.#waiting.push(resolve))
  }

  /** From the last event or the last stream that was steady, unless that is long ago or the clock was set back. */
  #resumeFrom (now: number): number {
    const last = Math.max(this.#since, this.#steadyFrom)
    return last <= now && last >= now - MEMORY ? last : now
  }

  /** Reopens the stream, because it may be dead without an error. */
  reopen (): void {
    this.#hasGap = true
    this.#stream.abort()
  }

  async stop (): Promise<void> {
    this.#stopping.abort()
    this.#stream.abort()
    await this.#running
    this.#state = 'connecting'
  }

  async #run (stopping: AbortSignal) {
    const { timing: { retryFirst, retryMost, refusedRetry }, onFailure } = this.#options
    for (let failures = 0; !stopping.aborted;) {
      const error = await this.#follow()
      const wasSteady = this.#isSteady
      const endedAtOnce = monotonic() - this.#openedAt < AT_ONCE
      const wasLive = this.#state === 'live'
      this.#isSteady = false
      this.#state = isRefused(error) ? 'refused' : 'connecting'
      this.#endWaiting()
      if (this.#stream.signal.aborted) continue
      this.#hasGap = true
      failures = wasSteady ? 1 : failures + 1
      if (!wasLive || (endedAtOnce && failures > 1)) onFailure(error)
      const delay = isRefused(error) ? refusedRetry : backOff(failures, retryFirst, retryMost)
      await sleep(delay, undefined, { signal: stopping }).catch(() => {})
    }
  }

  /** @returns the error that ended the stream, null if the Engine ended it */
  async #follow (): Promise<unknown> {
    const { engine, timing: { streamAge, steadyAfter }, onEvent, onSteady } = this.#options
    const stream = new AbortController()
    this.#stream = stream
    let ending: unknown = null
    const age = setTimeout(() => stream.abort(), streamAge)
    let steady: NodeJS.Timeout | undefined
    const opened = () => {
      steady = setTimeout(() => {
        this.#isSteady = true
        this.#steadyFrom = this.#clock + this.#openedAt / 1000
        onSteady()
      }, steadyAfter)
      this.#opened()
    }
    try {
      for await (const event of engine.events(this.#since - OVERLAP, stream.signal, opened)) {
        if (this.#isNew(event)) onEvent(event)
      }
    } catch (error) {
      ending = error
    }
    clearTimeout(age)
    clearTimeout(steady)
    return ending
  }

  #opened () {
    this.#state = 'live'
    this.#openedAt = monotonic()
    if (this.#hasGap) this.#options.onGap()
    this.#hasGap = false
    this.#endWaiting()
  }

  #endWaiting () {
    for (const resolve of this.#waiting.splice(0)) resolve()
  }

  #isNew ({ key, time }: EngineEvent): boolean {
    if (this.#seen.has(key)) return false
    if (time > this.#since || time < this.#since - DISORDER) this.#since = time
    this.#seen.set(key, time)
    for (const [oldest, at] of this.#seen) {
      if (this.#seen.size <= REMEMBERED && at > this.#since - RECOGNIZED) break
      this.#seen.delete(oldest)
    }
    return true
  }
}
