/** The newest Engine API that this client was written against, and the oldest that it can read. */
const NEWEST = '1.52'
const OLDEST = '1.24'

/** Who answers: told from the `Server` and `Api-Version` headers that an Engine puts on every answer. */
export interface EngineServer {
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

/** @returns a number below, at or above 0, as `a` is older than, equal to or newer than `b` */
function compareVersions (a: readonly number[], b: readonly number[]): number {
  const at = a.findIndex((part, index) => part !== b[index])
  return at === -1 ? 0 : (a[at] ?? 0) - (b[at] ?? 0)
}

const parts = (version: string) => version.split('.').map(Number)

/**
 * The API version to speak with an Engine whose newest one is `offered`.
 * @returns the older of the Engine's and ours, null when that is older than we can read
 */
export function negotiate (offered: string): string | null {
  if (compareVersions(parts(offered), parts(OLDEST)) < 0) return null
  return compareVersions(parts(offered), parts(NEWEST)) < 0 ? offered : NEWEST
}

/** Engines before 25 whose patch releases got the direct one-shot: major version → first patch. */
const FIRST_DIRECT_PATCH: Record<string, number> = { 23: 8, 24: 7 }

/** Reads a `Server` header such as `Docker/28.5.2 (linux)`. */
export function readServer (header: string): Pick<EngineServer, 'version' | 'oneShot'> {
  const [, version, major = '', patch] = /^Docker\/((\d+)\.\d+\.(\d+)\S*)/.exec(header) ?? []
  if (version === undefined) return { version: null, oneShot: 'direct' }
  const isDirect = Number(major) >= 25 || Number(patch) >= (FIRST_DIRECT_PATCH[major] ?? Infinity)
  return { version, oneShot: isDirect ? 'direct' : 'ticked' }
}
