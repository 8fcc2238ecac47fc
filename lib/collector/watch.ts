import { setTimeout as sleep } from 'node:timers/promises'
import type { EngineClient } from '../engine/client.ts'
import type { EngineEvent } from '../engine/wire.ts'
import { isRefused } from '../errors.ts'
import { monotonic } from '../model/time.ts'
import { backOff } from './back-off.ts'
import type { CollectorTiming } from './timing.ts'
import type { EventsState } from '../model/engine.ts'

/** Engines keep their last 256 events: as many are recognized when they are sent again. */
const REMEMBERED = 256

/** Seconds for which an event is recognized: far more than any stream goes back. */
const RECOGNIZED = 60

/** Seconds by which events may come out of order; what is older was told after the Engine's clock had been set back. */
const DISORDER = 60

/** Milliseconds: a stream that is over so soon was no stream. */
const AT_ONCE = 200

/** Seconds of the past that every connection asks for again; clocks and rounding differ by less. */
const OVERLAP = 1

export interface WatchOptions {
  engine: Pick<EngineClient, 'events'>
  timing: CollectorTiming
  onEvent (event: EngineEvent): void
  /** The stream is open: events are told from here on, some may have been missed before. */
  onGap (): void
  /** The stream has been open for a while. */
  onSteady (): void
  /** The stream could not be opened (why), or ends at once each time (null where the Engine just ends it). */
  onFailure (error: unknown): void
}

/** The event stream of one Engine: opened again with `since` when it ends, every event told once. */
export class Watch {
  readonly #options: WatchOptions
  /** When each event was, by its key. */
  readonly #seen = new Map<string, number>()
  #stopping = new AbortController()
  #stream = new AbortController()
  #running: Promise<void> = Promise.resolve()
  #since = 0
  /** Whether events may have been missed: all but those that a stream opened anew in time is told again. */
  #hasGap = true
  #state: EventsState = 'connecting'
  #isSteady = false
  /** By the monotonic clock. */
  #openedAt = 0
  /** Who waits until the stream is open, or cannot be opened. */
  readonly #waiting: (() => void)[] = []

  constructor (options: WatchOptions) {
    this.#options = options
  }

  get state (): EventsState {
    return this.#state
  }

  /** Whether the stream has been open for a while: what it missed before is known by now. */
  get isSteady (): boolean {
    return this.#isSteady
  }

  /**
   * @param since seconds since the epoch, by the Engine's clock
   * @returns resolves when the stream is open, or cannot be opened
   */
  start (since: number): Promise<void> {
    this.#since = since // its clock may have gone back
    this.#hasGap = true
    this.#stopping = new AbortController()
    this.#running = this.#run(this.#stopping.signal)
    return new Promise(resolve => this.#waiting.push(resolve))
  }

  /** Opens the stream anew: it may be dead without a sign. */
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

  /** @returns what ended the stream, null when the Engine just did */
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
