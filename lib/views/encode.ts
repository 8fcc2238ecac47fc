import fastJson, { type Schema } from 'fast-json-stringify'
import type { ContainerSnapshot, HostSnapshot } from '../model/snapshot.ts'
import { memoize } from '../memoize.ts'
import { mapCooperatively } from '../cooperative.ts'

/** Encodes one host for one route. */
export type View = (snapshot: HostSnapshot) => Buffer | Promise<Buffer>

/** Compiles a schema. The library's type only lacks readonly, and compiling validates the schema. */
export const serializerOf = (schema: object): (value: unknown) => string => fastJson(schema as Schema)

/** Creates a view that encodes each snapshot once. */
export function createView<T> (
  schema: object,
  read: (snapshot: HostSnapshot) => T
): (snapshot: HostSnapshot) => Buffer {
  const encode = serializerOf(schema)
  return memoize(snapshot => Buffer.from(encode(read(snapshot))))
}

/** Encodes one container for one route. */
export type RowView = (snapshot: HostSnapshot, container: ContainerSnapshot) => Buffer

/**
 * Creates a view of single containers that encodes each container snapshot once. Given a selection of fields, the view
 * encodes on every call instead.
 * @param schema must not require any field
 */
export function createRowView<T extends object> (
  schema: object,
  read: (snapshot: HostSnapshot, container: ContainerSnapshot) => T
): (fields: readonly string[]) => RowView {
  const encode = serializerOf(schema)
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

/** Joins hosts into `{"<host>": <bytes>, …}`, in the order of the snapshots. */
export async function joinHosts (snapshots: readonly HostSnapshot[], view: View): Promise<Buffer> {
  const pieces = await mapCooperatively(snapshots, async snapshot =>
    [COMMA, Buffer.from(`${JSON.stringify(snapshot.host)}:`), await view(snapshot)])
  return Buffer.concat([OPEN, ...pieces.flat().slice(1), CLOSE])
}

type Row = readonly [snapshot: HostSnapshot, container: ContainerSnapshot]

/** Joins containers into `[<bytes>, …]`. */
export async function joinRows (rows: readonly Row[], view: RowView): Promise<Buffer> {
  const pieces = await mapCooperatively(rows, row => view(...row))
  return Buffer.concat([Buffer.from('['), ...pieces.flatMap(bytes => [COMMA, bytes]).slice(1), Buffer.from(']')])
}

/** Creates a view that lists the containers of a host, encoded once per snapshot. */
export function createListView<T> (
  schema: object,
  read: (snapshot: HostSnapshot, container: ContainerSnapshot) => T
): View {
  const encode = serializerOf(schema)
  return memoize(async (snapshot: HostSnapshot) => {
    const rows = await mapCooperatively(snapshot.containers, container => encode(read(snapshot, container)))
    return Buffer.from(`[${rows.join(',')}]`)
  })
}
