import type { HostSnapshot } from '../model/snapshot.ts'
import { monotonic } from '../model/time.ts'
import { createBodies, type Bodies, type StreamViews } from './bodies.ts'
import { StreamClient, type ClientOptions, type Reason } from './client.ts'
import { EVENTS, type EventName, type StreamEvent } from './log.ts'
import { Publisher } from './publisher.ts'
import { Reader } from './reader.ts'

export interface StreamOptions {
  views: StreamViews
  /** The latest snapshot of every host. */
  snapshots (): readonly HostSnapshot[]
  onError (error: unknown): void
  /** Milliseconds between comments, and for how long a client can come back without missing an event. */
  beat?: number
  within?: number
  maxBytes?: number
}

export interface Connection extends Pick<ClientOptions, 'response' | 'encoding' | 'refusal'> {
  /** Whether the client is to receive the events of a host. */
  sees (host: string): boolean
  /** The last event that it has received on an earlier connection. */
  lastId: string | null
}

export interface StreamCounts {
  clients: number
  events: Readonly<Record<EventName, number>>
  dropped: Readonly<Record<'behind' | 'stalled', number>>
}

const BEAT = 15_000
const WITHIN = 120_000
const MAX_BYTES = 32 * 2 ** 20

/** Sends events to all clients of `/stream`. Encodes nothing while there are none, nor have been for two minutes. */
export class Stream {
  readonly #options: Required<StreamOptions>
  readonly #bodies: Bodies
  readonly #clients = new Set<StreamClient>()
  readonly #events = Object.fromEntries(EVENTS.map(name => [name, 0])) as Record<EventName, number>
  readonly #ended: Record<Reason, number> = { behind: 0, stalled: 0, shutdown: 0, revoked: 0, changed: 0 }
  #publisher: Publisher | null = null
  #timer: NodeJS.Timeout | undefined
  #leftAt = 0
  #isOver = false

  constructor (options: StreamOptions) {
    this.#options = { beat: BEAT, within: WITHIN, maxBytes: MAX_BYTES, ...options }
    this.#bodies = createBodies(options.views)
  }

  get counts (): StreamCounts {
    const { behind, stalled } = this.#ended
    return { clients: this.#clients.size, events: this.#events, dropped: { behind, stalled } }
  }

  /** Takes a change from the feed. */
  see (next: HostSnapshot | null, previous: HostSnapshot | null): void {
    if (this.#clients.size === 0 && monotonic() - this.#leftAt > this.#options.within) this.#publisher = null
    this.#publisher?.see(next, previous)
  }

  open ({ sees, lastId, ...connection }: Connection): void {
    this.#publisher ??= this.#createPublisher()
    const client = new StreamClient({
      ...connection,
      reader: new Reader(this.#publisher, sees, lastId),
      onSent: name => { this.#events[name]++ },
      onEnd: reason => { this.#ended[reason]++ },
      onError: this.#options.onError
    })
    this.#clients.add(client)
    this.#timer ??= setInterval(() => this.#beat(), this.#options.beat).unref()
    connection.response.once('close', () => this.#leave(client))
    if (this.#isOver) client.end('shutdown')
    else client.pump()
  }

  /** Ends the streams of clients that may no longer be connected. */
  check (): void {
    for (const client of this.#clients) client.check()
  }

  close (): void {
    this.#isOver = true
    for (const client of this.#clients) client.end('shutdown')
  }

  #createPublisher (): Publisher {
    const { snapshots, onError, within, maxBytes } = this.#options
    return new Publisher({
      bodies: this.#bodies,
      snapshots: snapshots(),
      within,
      maxBytes,
      isCompressed: () => [...this.#clients].some(({ encoding }) => encoding === 'gzip'),
      onEvent: event => this.#offer(event),
      onError
    })
  }

  #offer (event: StreamEvent) {
    for (const client of this.#clients) client.offer(event)
  }

  #beat () {
    for (const client of this.#clients) client.beat()
  }

  #leave (client: StreamClient) {
    this.#clients.delete(client)
    if (this.#clients.size > 0) return
    clearInterval(this.#timer)
    this.#timer = undefined
    this.#leftAt = monotonic()
  }
}
