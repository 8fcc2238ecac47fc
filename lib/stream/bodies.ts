import { memoize } from '../memoize.ts'
import { mapCooperatively } from '../cooperative.ts'
import type { HostSnapshot } from '../model/snapshot.ts'
import type { Transition } from '../model/transition.ts'
import { transitionSchema } from '../schemas/transition.ts'
import { joinRows, serializerOf, type RowView } from '../views/encode.ts'
import { transitionRow } from '../views/transition.ts'
import type { EventName } from './log.ts'
import { Piece } from './piece.ts'

export interface StreamViews {
  /** As `/hosts/{host}`. */
  host (snapshot: HostSnapshot): Buffer
  /** As in `/containers`. */
  container: RowView
}

/** Makes the lines of events, except for the ID. */
export interface Bodies {
  /** Made once per snapshot. */
  snapshot (snapshot: HostSnapshot): Piece | Promise<Piece>
  /** Null if nothing has changed. */
  update (next: HostSnapshot, previous: HostSnapshot): Promise<Piece | null>
  transition (transition: Transition): Piece
  removed (host: string): Piece
}

const END = Buffer.from('\n\n')

const piece = (name: EventName, ...data: readonly (string | Buffer)[]) => new Piece(Buffer.concat(
  [`event: ${name}\ndata: `, ...data, END].map(part => typeof part === 'string' ? Buffer.from(part) : part)))

export const endBody = (reason: string, message: string): Piece => piece('end', JSON.stringify({ reason, message }))

export function createBodies ({ host, container }: StreamViews): Bodies {
  const encodeTransition = serializerOf(transitionSchema)
  const rowsOf = (snapshot: HostSnapshot, containers: HostSnapshot['containers']) =>
    joinRows(containers.map(one => [snapshot, one] as const), container)

  async function changesOf (next: HostSnapshot, previous: HostSnapshot) {
    const before = new Map(previous.containers.map(one => [one.id, one]))
    const isChanged = await mapCooperatively(next.containers, one => {
      const known = before.get(one.id)
      before.delete(one.id)
      return known === undefined || !container(next, one).equals(container(previous, known))
    })
    return { changed: next.containers.filter((_, index) => isChanged[index]), left: [...before.keys()] }
  }

  return {
    snapshot: memoize(async snapshot => piece('snapshot',
      '{"host":', host(snapshot), ',"containers":', await rowsOf(snapshot, snapshot.containers), '}')),
    async update (next, previous) {
      const { changed, left } = await changesOf(next, previous)
      if (changed.length === 0 && left.length === 0 && host(next).equals(host(previous))) return null
      const rows = await rowsOf(next, changed)
      return piece('update', '{"host":', host(next), ',"changed":', rows, ',"left":', JSON.stringify(left), '}')
    },
    transition: transition => piece('transition', encodeTransition(transitionRow(transition))),
    removed: name => piece('removed', JSON.stringify({ host: name }))
  }
}
