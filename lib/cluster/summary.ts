import { createHash } from 'node:crypto'
import { fingerprint } from '../config/changes.ts'
import type { Config } from '../config/config.ts'

/** What replicas compare of their configurations. Contains no values, only digests and the names of hosts. */
export interface Summary {
  digest: string
  /** Digests by key of the file. */
  keys: Readonly<Record<string, string>>
  /** In order. */
  hosts: readonly string[]
}

const digestOf = (value: unknown) => createHash('sha1').update(fingerprint(value)).digest('base64url')

/** Summarizes the settings that decide what is polled and shown; those of the process itself may differ. */
export function summaryOf ({ mintimeout, resync, labels, filter, tags, metrics, container, hosts }: Config): Summary {
  const endpoints = hosts.map(({ name, address, filter, tls }) => // paths of certificates may differ
    [name, address, filter, tls?.servername, tls?.insecure])
  const shared = { mintimeout, resync, labels, filter, tags, metrics, container, hosts: endpoints }
  const keys = Object.fromEntries(Object.entries(shared).map(([key, value]) => [key, digestOf(value)]))
  return { digest: digestOf(keys), keys, hosts: hosts.map(({ name }) => name) }
}

export const differences = (a: Summary, b: Summary): string[] =>
  Object.keys(a.keys).filter(key => a.keys[key] !== b.keys[key])
