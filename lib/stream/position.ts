import { Piece } from './piece.ts'

/** How far a client has got. */
export interface Position {
  /** It has all transitions up to the event of this number, and everything of the hosts that it has. */
  sequence: number
  /** While it receives its first snapshots: the name of the last host that it has, `''` if none; then null. */
  host: string | null
}

/** The line of an event that has a position as its ID. */
export const idLine = (epoch: string, { sequence, host }: Position): Piece => new Piece(
  `id: ${[epoch, sequence, ...host === null ? [] : [Buffer.from(host).toString('base64url')]].join('-')}\n`)

/** Reads an event ID; null if this run of the stream has not made it. */
export function positionOf (epoch: string, id: string, last: number): Position | null {
  const [, given, digits, host] = /^([a-z0-9]+)-(\d{1,15})(?:-([\w-]*))?$/.exec(id) ?? []
  const sequence = Number(digits)
  if (given !== epoch || sequence > last) return null
  return { sequence, host: host === undefined ? null : Buffer.from(host, 'base64url').toString() }
}
