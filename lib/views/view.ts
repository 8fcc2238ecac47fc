import type { HostSnapshot } from '../model/snapshot.ts'

/** What a route answers with. */
export interface View {
  /** What tells it from the other views of its address; a part of its ETag. */
  variant: string
  /** Its media type. */
  type: string
  /** Request headers that choose it, as the header `Vary` lists them. */
  vary: string
  /** Its bytes; called only when they are sent. */
  encode (snapshots: readonly HostSnapshot[]): Buffer | Promise<Buffer>
}

/** A view as JSON, where nothing but its encoding is to be chosen. */
export const jsonView = (encode: View['encode']): View =>
  ({ variant: 'json', type: 'application/json; charset=utf-8', vary: 'Accept-Encoding', encode })
