import { createHash } from 'node:crypto'
import { memoize } from '../memoize.ts'
import { glob } from '../model/glob.ts'

/** What a token can allow: containers and hosts, metrics, the configuration, the documentation of the API. */
export const SCOPES = ['stats', 'metrics', 'config', 'docs'] as const
export type Scope = typeof SCOPES[number]

/** A token of the configuration, which contains only its hash. */
export interface TokenEntry {
  name: string
  /** Hexadecimal SHA-256 of the token. */
  sha256: string
  scopes: readonly Scope[]
  /** Names of hosts, or globs; if missing, the token sees all hosts. */
  hosts?: readonly string[] | undefined
}

/** What a request may see. */
export interface Access {
  /** Distinguishes responses that contain only some hosts; empty if all are visible. */
  readonly id: string
  readonly scopes: ReadonlySet<Scope>
  sees (host: string): boolean
  /** The visible part of a list. Returns the same array for the same list. */
  narrow<T extends { host: string }> (list: readonly T[]): readonly T[]
}

/** Access to everything. */
export const FULL: Access = { id: '', scopes: new Set(SCOPES), sees: () => true, narrow: list => list }

/** The access that a token gives. */
export function accessOf ({ name, scopes, hosts }: Omit<TokenEntry, 'sha256'>): Access {
  if (hosts === undefined) return { ...FULL, scopes: new Set(scopes) }
  const patterns = hosts.map(glob)
  const sees = (host: string) => hosts.includes(host) || patterns.some(isMatch => isMatch(host))
  const id = '-' + createHash('sha256').update(JSON.stringify([name, hosts])).digest('base64url').slice(0, 12)
  const narrow = memoize((list: readonly { host: string }[]) => list.filter(({ host }) => sees(host)))
  return { id, scopes: new Set(scopes), sees, narrow: narrow as Access['narrow'] }
}
