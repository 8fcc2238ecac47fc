import type { ServerResponse } from 'node:http'
import { monotonic } from '../model/time.ts'
import { endBody } from './bodies.ts'
import { GZIP_HEAD } from './gzip.ts'
import type { EventName, StreamEvent } from './log.ts'
import { Piece, type Encoding } from './piece.ts'
import type { Reader } from './reader.ts'
import { Trailer } from './trailer.ts'

/** Why the service ends a stream. */
export const REASONS = {
  behind: 'The client is more than 1 MiB behind',
  stalled: 'The client has read nothing for 30 seconds',
  shutdown: 'The service is stopping',
  revoked: 'The token is no longer valid for this',
  changed: 'The token now gives access to other hosts'
} as const
export type Reason = keyof typeof REASONS

/** How many bytes of events may wait for a client, besides the latest event. */
const MOST_BEHIND = 2 ** 20

/** Milliseconds that a client may take to read what it was sent, and its last event. */
const STALLED = 30_000
const GRACE = 1000

/** The ID with which a client starts again, because the hosts that it sees may be others when it comes back. */
const NO_ID = new Piece('id: \n')

const COMMENT = new Piece(':\n\n')

export interface ClientOptions {
  response: ServerResponse
  encoding: Encoding
  reader: Reader
  /** Why the client may no longer be connected; null if it may. */
  refusal (): Reason | null
  onSent (name: EventName): void
  onEnd (reason: Reason): void
  onError (error: unknown): void
}

export class StreamClient {
  readonly encoding: Encoding
  readonly #options: ClientOptions
  readonly #trailer: Trailer | null
  #isOpen = true
  /** Whether it waits for bytes to be encoded. */
  #isWaiting = false
  /** Since when it waits for the client to read; null if it does not. */
  #stuckSince: number | null = null
  /** Bytes of events that were published since then and are not sent yet. */
  #behind = 0

  constructor (options: ClientOptions) {
    const { response, encoding } = options
    this.#options = options
    this.encoding = encoding
    this.#trailer = encoding === 'gzip' ? new Trailer() : null
    response.on('drain', () => {
      this.#stuckSince = null
      this.pump()
    })
    response.once('close', () => { this.#isOpen = false })
    if (encoding === 'gzip') response.write(GZIP_HEAD)
  }

  pump (): void {
    const { reader, onSent } = this.#options
    while (this.#isOpen && this.#stuckSince === null && !this.#isWaiting) {
      const step = reader.next()
      if (step === null) return
      if (step instanceof Promise) return this.#wait(step)
      const { id, body, name } = step
      if (!body.isReady(this.encoding)) return this.#wait(body.prepare())
      reader.pass(step)
      this.#behind = Math.max(0, this.#behind - body.plain.length)
      this.#write(id)
      if (!this.#write(body)) this.#stuckSince = monotonic()
      onSent(name)
    }
  }

  /** Takes a new event, which the reader finds too. */
  offer (event: StreamEvent): void {
    if (this.#stuckSince === null && !this.#isWaiting) return this.pump()
    if (this.#options.reader.wants(event)) this.#behind += event.body.plain.length
    const most = MOST_BEHIND + event.body.plain.length // the latest may be large
    if (this.#behind > most || this.#options.reader.isLost) this.end('behind')
    else this.#endIfStalled()
  }

  /** Shows that the connection is alive. */
  beat (): void {
    if (this.#stuckSince !== null) this.#endIfStalled()
    else if (this.#isOpen) this.#write(COMMENT)
  }

  check (): void {
    const refusal = this.#options.refusal()
    if (refusal !== null) this.end(refusal)
  }

  /** Sends a last event that says why, and closes the connection if the client does not read it soon. */
  end (reason: Reason): void {
    if (!this.#isOpen) return
    const { response, reader, onSent, onEnd } = this.#options
    this.#write(reason === 'changed' || reason === 'revoked' ? NO_ID : reader.id)
    this.#write(endBody(reason, REASONS[reason]))
    this.#isOpen = false
    response.end(this.#trailer?.bytes)
    const timer = setTimeout(() => response.destroy(), GRACE).unref()
    response.once('close', () => clearTimeout(timer))
    onSent('end')
    onEnd(reason)
  }

  #endIfStalled () {
    if (this.#stuckSince !== null && monotonic() - this.#stuckSince > STALLED) this.end('stalled')
  }

  #wait (promise: Promise<unknown>) {
    this.#isWaiting = true
    promise.then(() => {
      this.#isWaiting = false
      this.pump()
    }).catch(error => {
      this.#options.onError(error)
      this.#options.response.destroy()
    })
  }

  #write (piece: Piece): boolean {
    this.#trailer?.add(piece)
    return this.#options.response.write(piece.in(this.encoding))
  }
}
