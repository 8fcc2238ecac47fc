/** The newest Engine API that this client was written against, and the oldest that it can read. */
const NEWEST = '1.52'
const OLDEST = '1.24'

/** Who answers: told from the `Server` and `Api-Version` headers that an Engine puts on every answer. */
export interface EngineServer {
  kind: 'docker' | 'podman' | 'unknown'
  /** Engine version such as `28.5.2`, null when the `Server` header does not say. */
  version: string | null
  /** The API version that requests use, such as `1.41`. */
  apiVersion: string
  /**
   * When one-shot stats are answered: `direct` at once, `ticked` on the Engine's one-second tick.
   * Direct since moby 95aea39348: Docker 25, 24.0.7 and 23.0.8. An unnamed Engine is taken for a new one.
   */
  oneShot: 'direct' | 'ticked'
}

const isOlder = (a: string, b: string) => a.localeCompare(b, 'en', { numeric: true }) < 0

/**
 * The API version to speak with an Engine whose newest one is `offered`.
 * @returns the older of the Engine's and ours, null when that is older than we can read
 */
export function negotiate (offered: string): string | null {
  if (isOlder(offered, OLDEST)) return null
  return isOlder(offered, NEWEST) ? offered : NEWEST
}

/** Whether its stats have what containers received and what they sent the other way round: podman#16618. */
export const swapsDirections = ({ kind, version }: Pick<EngineServer, 'kind' | 'version'>): boolean =>
  kind === 'podman' && version !== null && isOlder(version, '4.4')

/** Engines before 25 whose patch releases got the direct one-shot: major version → first patch. */
const FIRST_DIRECT_PATCH: Record<string, number> = { 23: 8, 24: 7 }

/** Reads a `Server` header such as `Docker/28.5.2 (linux)` or `Libpod/4.3.1 (linux)`. */
export function readServer (header: string): Omit<EngineServer, 'apiVersion'> {
  const [, product, version, major = '', patch] = /^(Docker|Libpod)\/((\d+)\.\d+\.(\d+)\S*)/.exec(header) ?? []
  if (version === undefined) return { kind: 'unknown', version: null, oneShot: 'direct' }
  if (product === 'Libpod') return { kind: 'podman', version, oneShot: 'direct' }
  const isDirect = Number(major) >= 25 || Number(patch) >= (FIRST_DIRECT_PATCH[major] ?? Infinity)
  return { kind: 'docker', version, oneShot: isDirect ? 'direct' : 'ticked' }
}
