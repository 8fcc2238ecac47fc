import type { HostSnapshot } from '../model/snapshot.ts'

/** A representation of snapshots that a route can send. */
export interface View {
  /** Distinguishes the views of one URL; part of the ETag. */
  variant: string
  /** Media type. */
  type: string
  /** Value of the `Vary` header. */
  vary: string
  /** Called only if the body is sent. */
  encode (snapshots: readonly HostSnapshot[]): Buffer | Promise<Buffer>
}

/** A JSON view, for routes that negotiate nothing but the content encoding. */
export const jsonView = (encode: View['encode']): View =>
  ({ variant: 'json', type: 'application/json; charset=utf-8', vary: 'Accept-Encoding', encode })
