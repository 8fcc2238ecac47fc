import fastJson, { type Schema } from 'fast-json-stringify'
import type { ContainerSnapshot, HostSnapshot } from '../model/snapshot.ts'
import { memoize } from '../memoize.ts'
import { mapCooperatively } from '../cooperative.ts'

/** What one route shows of one host, as bytes. */
export type View = (snapshot: HostSnapshot) => Buffer | Promise<Buffer>

/**
 * A view that encodes a snapshot once and keeps the bytes for as long as the snapshot lives.
 * @param schema of what one host contributes to the answer
 * @param read what the view shows of a snapshot
 */
export function createView<T> (
  schema: object,
  read: (snapshot: HostSnapshot) => T
): (snapshot: HostSnapshot) => Buffer {
  const encode = fastJson(schema as Schema) // compiling checks it; its type only lacks readonly
  return memoize(snapshot => Buffer.from(encode(read(snapshot))))
}

/** What one route shows of one container, as bytes. */
export type RowView = (snapshot: HostSnapshot, container: ContainerSnapshot) => Buffer

/**
 * A view of single containers that encodes each once and keeps the bytes for as long as the container's snapshot lives.
 * @param schema of what is shown of a container, of which no field is required
 * @param read what the view shows of a container
 * @returns the view of some fields, which keeps nothing; of none for all
 */
export function createRowView<T extends object> (
  schema: object,
  read: (snapshot: HostSnapshot, container: ContainerSnapshot) => T
): (fields: readonly string[]) => RowView {
  const encode = fastJson(schema as Schema)
  const rowsOf = memoize((snapshot: HostSnapshot) =>
    memoize((container: ContainerSnapshot) => Buffer.from(encode(read(snapshot, container)))))
  const whole: RowView = (snapshot, container) => rowsOf(snapshot)(container)
  const some = (fields: ReadonlySet<string>): RowView => (snapshot, container) =>
    Buffer.from(encode(Object.fromEntries(
      Object.entries(read(snapshot, container)).filter(([field]) => fields.has(field)))))
  return fields => fields.length === 0 ? whole : some(new Set(fields))
}

const OPEN = Buffer.from('{')
const CLOSE = Buffer.from('}')
const COMMA = Buffer.from(',')

/** The answer for a fleet: `{"host": <bytes of its view>, …}` in the order of the snapshots. */
export async function joinHosts (snapshots: readonly HostSnapshot[], view: View): Promise<Buffer> {
  const pieces = await mapCooperatively(snapshots, async snapshot =>
    [COMMA, Buffer.from(`${JSON.stringify(snapshot.host)}:`), await view(snapshot)])
  return Buffer.concat([OPEN, ...pieces.flat().slice(1), CLOSE])
}

/** A container with the snapshot of its host. */
type Row = readonly [snapshot: HostSnapshot, container: ContainerSnapshot]

/** Containers as a list: `[<bytes of a row>, …]`. */
export async function joinRows (rows: readonly Row[], view: RowView): Promise<Buffer> {
  const pieces = await mapCooperatively(rows, row => view(...row))
  return Buffer.concat([Buffer.from('['), ...pieces.flatMap(bytes => [COMMA, bytes]).slice(1), Buffer.from(']')])
}

/**
 * A view of a host that is the list of its containers, encoded once and kept for as long as the snapshot lives.
 * @param schema of what is shown of a container
 * @param read what the view shows of a container
 */
export function createListView<T> (
  schema: object,
  read: (snapshot: HostSnapshot, container: ContainerSnapshot) => T
): View {
  const encode = fastJson(schema as Schema)
  return memoize(async (snapshot: HostSnapshot) => {
    const rows = await mapCooperatively(snapshot.containers, container => encode(read(snapshot, container)))
    return Buffer.from(`[${rows.join(',')}]`)
  })
}
