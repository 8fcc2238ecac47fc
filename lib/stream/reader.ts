import type { EventName, StreamEvent } from './log.ts'
import type { Piece } from './piece.ts'
import { idLine, positionOf, type Position } from './position.ts'
import type { Publisher } from './publisher.ts'

/** What a client receives next. */
export interface Step {
  name: EventName
  id: Piece
  body: Piece
  /** Where the client is once it has this. */
  position: Position
}

/** Finds what a client receives next: the events after those that it has, and a snapshot of each host before that. */
export class Reader {
  readonly #publisher: Publisher
  readonly #sees: (host: string) => boolean
  #position: Position

  /** @param lastId the last event that the client has received, possibly on an earlier connection */
  constructor (publisher: Publisher, sees: (host: string) => boolean, lastId: string | null) {
    this.#publisher = publisher
    this.#sees = sees
    const { epoch, log } = publisher
    const known = lastId === null ? null : positionOf(epoch, lastId, log.last)
    const isKnown = known !== null && log.isComplete(known.sequence, sees)
    this.#position = isKnown ? known : { sequence: log.last, host: '' }
  }

  /** The line with the ID of the latest event that the client has. */
  get id (): Piece {
    return idLine(this.#publisher.epoch, this.#position)
  }

  /** Whether events are missing that the client should have received. */
  get isLost (): boolean {
    return !this.#publisher.log.isComplete(this.#position.sequence, this.#sees)
  }

  /** Whether the client receives an event. A later snapshot of its host would replace an update, but no transition. */
  wants ({ host, name }: StreamEvent): boolean {
    const { host: latest } = this.#position
    return this.#sees(host) && (latest === null || host <= latest || name === 'transition')
  }

  /** The next step, null if there is none, or a promise to wait for before the next call. */
  next (): Step | Promise<unknown> | null {
    return this.#nextEvent() ?? this.#nextSnapshot()
  }

  pass ({ position }: Step): void {
    this.#position = position
  }

  #nextEvent (): Step | null {
    const { log, epoch } = this.#publisher
    let event: StreamEvent | undefined
    while ((event = log.after(this.#position.sequence)) !== undefined) {
      const position = { ...this.#position, sequence: event.sequence }
      if (this.wants(event)) {
        const { name, body } = event
        return { name, id: position.host === null ? event.id : idLine(epoch, position), body, position }
      }
      this.#position = position
    }
    return null
  }

  #nextSnapshot (): Step | Promise<unknown> | null {
    const { host: latest, sequence } = this.#position
    if (latest === null) return null
    const snapshot = this.#publisher.list().find(({ host }) => host > latest && this.#sees(host))
    if (snapshot === undefined) {
      this.#position = { sequence, host: null }
      return null
    }
    const body = this.#publisher.bodies.snapshot(snapshot)
    if (body instanceof Promise) return body
    const position = { sequence, host: snapshot.host }
    return { name: 'snapshot', id: idLine(this.#publisher.epoch, position), body, position }
  }
}
