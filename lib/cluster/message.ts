import { promisify } from 'node:util'
import { constants, deflateRaw, inflateRawSync } from 'node:zlib'
import type { HostPatch } from './patch.ts'
import type { Summary } from './summary.ts'

/**
 * The format of messages and keys. Replicas with another one neither read each other nor share leases, so that each of
 * the two groups watches all hosts while an upgrade lasts.
 */
export const FORMAT = 1

export type Message =
  /** Changes of hosts. `sentAt` is on the monotonic clock of the sender; patches name fields by their index. */
  | { kind: 'news', sentAt: number, names: readonly string[], patches: readonly HostPatch[] }
  /** Asks for the whole snapshots of hosts, or of all that the receiver polls (null). */
  | { kind: 'ask', hosts: readonly string[] | null }
  | { kind: 'ask-configuration' }
  | { kind: 'configuration', summary: Summary }
  /** The sender has given leases back. */
  | { kind: 'released' }
  | { kind: 'bye' }

/** Bytes that a message can have when it is inflated, at most. */
const MOST = 256 * 1024 * 1024

const deflate = promisify(deflateRaw)

const SEPARATOR = 0x20

/** @param from ID of the sender, without spaces */
export async function encode (from: string, message: Message): Promise<Buffer> {
  const body = await deflate(JSON.stringify(message), { level: constants.Z_BEST_SPEED })
  return Buffer.concat([Buffer.from(`${from} `), body])
}

/** The ID of the sender. */
export const senderOf = (bytes: Buffer): string => bytes.toString('latin1', 0, bytes.indexOf(SEPARATOR))

/** @throws if it is no message */
export function decode (bytes: Buffer): Message {
  const body = bytes.subarray(bytes.indexOf(SEPARATOR) + 1)
  return JSON.parse(inflateRawSync(body, { maxOutputLength: MOST }).toString()) as Message
}
