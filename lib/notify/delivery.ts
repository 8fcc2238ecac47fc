import { setTimeout as sleep } from 'node:timers/promises'
import pRetry, { type Options } from 'p-retry'
import type { Log } from '../model/log.ts'
import { attempt, Undelivered } from './attempt.ts'
import type { Counts } from './counts.ts'
import type { Message } from './message.ts'
import type { PostOptions } from './post.ts'
import type { Target } from './targets/target.ts'

/** Messages that can wait. */
const MAX_QUEUED = 100

/** Waits 2 to 4 seconds after the first attempt, and 32 to 60 after the fifth: up to two minutes altogether. */
const BACK_OFF: BackOff = { retries: 5, minTimeout: 2000, factor: 2, maxTimeout: 60_000 }

export type BackOff = Pick<Options, 'retries' | 'minTimeout' | 'factor' | 'maxTimeout'>

export interface DeliveryOptions extends Pick<PostOptions, 'route' | 'timeout'> {
  backOff?: BackOff | undefined
}

export interface Recipient {
  rule: string
  url: string
  target: Target
  counts: Counts
}

/** Sends the messages of one rule, one at a time and in order, and tries again if the target does not take them. */
export class Delivery {
  readonly #to: Recipient
  readonly #log: Log
  readonly #options: DeliveryOptions
  readonly #queue: Message[] = []
  readonly #end = new AbortController()
  #isSending = false
  #isFailing = false

  constructor (to: Recipient, log: Log, options: DeliveryOptions = {}) {
    this.#to = to
    this.#log = log
    this.#options = options
  }

  /** Sends a message after those that wait; if too many do, drops the oldest one. */
  push (message: Message): void {
    this.#queue.push(message)
    if (this.#queue.length > MAX_QUEUED) {
      this.#queue.shift()
      this.#to.counts.dropped++
    }
    if (!this.#isSending) this.#send().catch(() => {}) // ended
  }

  /** Ends at once. Messages that were not delivered are lost. */
  close (): void {
    this.#end.abort(new Error('ended'))
  }

  async #send () {
    const { signal } = this.#end
    this.#isSending = true
    for (let message = this.#queue.shift(); message; message = this.#queue.shift()) {
      await this.#deliver(message, signal)
      signal.throwIfAborted()
    }
    this.#isSending = false
  }

  async #deliver (message: Message, signal: AbortSignal) {
    const { target, url, counts } = this.#to
    const { backOff = BACK_OFF, ...options } = this.#options
    try {
      await pRetry(() => attempt(target, message, url, { ...options, signal }), {
        ...backOff,
        randomize: true,
        signal,
        onFailedAttempt: ({ error }) => this.#fail(error, signal),
        shouldRetry: ({ error }) => error instanceof Undelivered && !error.isFinal
      })
      counts.sent++
      this.#recover()
    } catch {
      if (!signal.aborted) counts.failed++
    }
  }

  /** Logs when a target begins to fail, then waits as long as it asks to. */
  async #fail (error: Error, signal: AbortSignal) {
    const { rule } = this.#to
    if (!this.#isFailing && !signal.aborted) {
      this.#log.warn({ rule }, `Cannot send notifications of rule "${rule}": ${error.message}`)
    }
    this.#isFailing = true
    const isWorthIt = error instanceof Undelivered && !error.isFinal && error.wait > 0
    if (isWorthIt) await sleep(error.wait * 1000, undefined, { signal })
  }

  #recover () {
    const { rule } = this.#to
    if (this.#isFailing) this.#log.info({ rule }, `Notifications of rule "${rule}" are sent again`)
    this.#isFailing = false
  }
}
