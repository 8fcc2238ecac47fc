import { randomBytes } from 'node:crypto'
import { setImmediate } from 'node:timers/promises'
import type { HostSnapshot } from '../model/snapshot.ts'
import { monotonic } from '../model/time.ts'
import type { Transition } from '../model/transition.ts'
import type { Bodies } from './bodies.ts'
import { EventLog, type EventName, type LogOptions, type StreamEvent } from './log.ts'
import type { Piece } from './piece.ts'
import { idLine } from './position.ts'

export interface PublisherOptions extends LogOptions {
  bodies: Bodies
  /** The hosts at the start. */
  snapshots: readonly HostSnapshot[]
  /** Whether to compress events before they are published, because a client will need that. */
  isCompressed (): boolean
  onEvent (event: StreamEvent): void
  onError (error: unknown): void
}

/** What has happened to a host that is not published yet. */
interface Change {
  /** Null if it was removed. */
  next: HostSnapshot | null
  transitions: readonly Transition[]
}

const byName = (a: HostSnapshot, b: HostSnapshot) => a.host < b.host ? -1 : 1

/** Turns the feed into events. If snapshots come faster than they can be encoded, it skips all but the latest. */
export class Publisher {
  /** Unique to this publisher; part of the IDs of its events. */
  readonly epoch = randomBytes(6).toString('hex')
  readonly log: EventLog
  readonly bodies: Bodies
  readonly #options: PublisherOptions
  /** What a client knows that has received all events. */
  readonly #published: Map<string, HostSnapshot>
  readonly #pending = new Map<string, Change>()
  #list: readonly HostSnapshot[] | null = null
  #isWorking = false

  constructor (options: PublisherOptions) {
    this.#options = options
    this.log = new EventLog(options)
    this.bodies = options.bodies
    this.#published = new Map(options.snapshots.map(snapshot => [snapshot.host, snapshot]))
  }

  /** The published snapshots, by name of the host. */
  list (): readonly HostSnapshot[] {
    this.#list ??= [...this.#published.values()].sort(byName)
    return this.#list
  }

  /** Takes a change from the feed. It is encoded and published later, so that the feed does not wait. */
  see (next: HostSnapshot | null, previous: HostSnapshot | null): void {
    const host = String(next?.host ?? previous?.host)
    const transitions = [...this.#pending.get(host)?.transitions ?? [], ...next?.transitions ?? []]
    this.#pending.set(host, { next, transitions })
    if (!this.#isWorking) this.#work()
  }

  async #work (): Promise<void> {
    this.#isWorking = true
    await setImmediate()
    for (const [host, change] of this.#pending) {
      this.#pending.delete(host)
      await this.#publish(host, change).catch(this.#options.onError)
    }
    this.#isWorking = false
  }

  async #publish (host: string, { next, transitions }: Change): Promise<void> {
    const { bodies } = this
    const events = [
      ...await this.#changeOf(host, next),
      ...transitions.map(transition => ['transition', bodies.transition(transition)] as const)
    ]
    if (this.#options.isCompressed()) {
      await Promise.all(events.map(([, body]) => body.isReady('gzip') || body.prepare()))
    }
    if (next === null) this.#published.delete(host)
    else this.#published.set(host, next)
    this.#list = null
    for (const [name, body] of events) this.#append(host, name, body)
  }

  async #changeOf (host: string, next: HostSnapshot | null): Promise<ReadonlyArray<readonly [EventName, Piece]>> {
    const previous = this.#published.get(host)
    if (next === null) return previous === undefined ? [] : [['removed', this.bodies.removed(host)]]
    if (previous === undefined) return [['snapshot', await this.bodies.snapshot(next)]]
    const update = await this.bodies.update(next, previous)
    return update === null ? [] : [['update', update]]
  }

  #append (host: string, name: EventName, body: Piece) {
    const sequence = this.log.last + 1
    const event = { sequence, host, name, at: monotonic(), id: idLine(this.epoch, { sequence, host: null }), body }
    this.log.append(event)
    this.#options.onEvent(event)
  }
}
