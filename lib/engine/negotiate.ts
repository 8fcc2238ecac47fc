import type { IncomingHttpHeaders } from 'node:http'
import type { EngineServer } from '../model/engine.ts'

/** The newest Engine API that this client was written against, and the oldest that it can read. */
const NEWEST = '1.52'
const OLDEST = '1.24'

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
const FIRST_DIRECT_PATCH = new Map([['23', 8], ['24', 7]])

/** What the headers of an answer, or `/version`, say of who answers. */
export interface Identity {
  kind: EngineServer['kind']
  version: string | null
  /** The newest API version on offer. */
  offered: string | null
  osType: string | null
}

const textOf = (header: string | string[] | undefined): string => String(header ?? '')

/**
 * Reads the headers that an Engine puts on every answer: `Server`, such as `Docker/28.5.2 (linux)` or
 * `Libpod/4.3.1 (linux)`, `Api-Version`, `Ostype`; and Podman's own, which stays where a proxy replaces `Server`.
 */
export function readIdentity (headers: IncomingHttpHeaders): Identity {
  const [, product, version = null] = /^(Docker|Libpod)\/(\d+\.\d+\.\d+\S*)?/.exec(textOf(headers.server)) ?? []
  const libpod = textOf(headers['libpod-api-version'])
  const kind = libpod || product === 'Libpod' ? 'podman' : product === 'Docker' ? 'docker' : 'unknown'
  const offered = textOf(headers['api-version'])
  return {
    kind,
    version: libpod && product !== 'Libpod' ? libpod : version,
    offered: /^\d+\.\d+$/.test(offered) ? offered : null,
    osType: textOf(headers.ostype).toLowerCase() || null
  }
}

/** When its one-shot stats are answered. */
export function oneShotOf ({ kind, version }: Pick<Identity, 'kind' | 'version'>): EngineServer['oneShot'] {
  const [, major = '', patch] = /^(\d+)\.\d+\.(\d+)/.exec(version ?? '') ?? []
  if (kind !== 'docker' || major === '') return 'direct'
  const isDirect = Number(major) >= 25 || Number(patch) >= (FIRST_DIRECT_PATCH.get(major) ?? Infinity)
  return isDirect ? 'direct' : 'ticked'
}
