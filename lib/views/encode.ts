import fastJson, { type Schema } from 'fast-json-stringify'
import type { HostSnapshot } from '../collector/snapshot.ts'

/** What one route shows of one host, as bytes. */
export type View = (snapshot: HostSnapshot) => Buffer

/**
 * A view that encodes a snapshot once and keeps the bytes for as long as the snapshot lives.
 * @param schema of what one host contributes to the answer
 * @param read what the view shows of a snapshot
 */
export function createView<T> (schema: object, read: (snapshot: HostSnapshot) => T): View {
  const encode = fastJson(schema as Schema) // compiling checks it; its type only lacks readonly
  const kept = new WeakMap<HostSnapshot, Buffer>()
  return snapshot => {
    const bytes = kept.get(snapshot) ?? Buffer.from(encode(read(snapshot)))
    kept.set(snapshot, bytes)
    return bytes
  }
}

const OPEN = Buffer.from('{')
const CLOSE = Buffer.from('}')
const COMMA = Buffer.from(',')

/** The answer for a fleet: `{"host": <bytes of its view>, …}` in the order of the snapshots. */
export function joinHosts (snapshots: readonly HostSnapshot[], view: View): Buffer {
  const pieces = snapshots.flatMap(snapshot =>
    [COMMA, Buffer.from(`${JSON.stringify(snapshot.host)}:`), view(snapshot)])
  return Buffer.concat([OPEN, ...pieces.slice(1), CLOSE])
}
