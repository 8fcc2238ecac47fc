import type { IncomingHttpHeaders } from 'node:http'
import type { EngineServer } from '../model/engine.ts'
import { apiVersion } from './fields.ts'

const NEWEST = '1.52'
const OLDEST = '1.24'

const isOlder = (a: string, b: string) => a.localeCompare(b, 'en', { numeric: true }) < 0

/** The API version to use with an Engine whose newest is `offered`; null if it is too old for us. */
export function negotiate (offered: string): string | null {
  if (isOlder(offered, OLDEST)) return null
  return isOlder(offered, NEWEST) ? offered : NEWEST
}

/** True if the Engine swaps received and sent bytes in its stats (containers/podman#16618). */
export const swapsDirections = ({ kind, version }: Pick<EngineServer, 'kind' | 'version'>): boolean =>
  kind === 'podman' && version !== null && isOlder(version, '4.4')

/** Direct one-shot stats came with Docker 25; these older majors got them in the given patch release. */
const FIRST_DIRECT_PATCH = new Map([['23', 8], ['24', 7]])

/** The identity of the Engine, from the headers of a response or from `/version`. */
export interface Identity {
  kind: EngineServer['kind']
  version: string | null
  offered: string | null
  osType: string | null
}

const textOf = (header: string | string[] | undefined): string => String(header ?? '')

/**
 * Reads the headers that an Engine sends with every response: `Server`, such as `Docker/28.5.2 (linux)` or
 * `Libpod/4.3.1 (linux)`, `Api-Version` and `Ostype`, and Podman's own, which remains if a proxy replaces `Server`.
 */
export function readIdentity (headers: IncomingHttpHeaders): Identity {
  const [, product, version = null] = /^(Docker|Libpod)\/(\d+\.\d+\.\d+\S*)?/.exec(textOf(headers.server)) ?? []
  const libpod = textOf(headers['libpod-api-version'])
  const kind = libpod || product === 'Libpod' ? 'podman' : product === 'Docker' ? 'docker' : 'unknown'
  return {
    kind,
    version: libpod && product !== 'Libpod' ? libpod : version,
    offered: apiVersion(headers['api-version']),
    osType: textOf(headers.ostype).toLowerCase() || null
  }
}

/** Whether the Engine answers one-shot stats directly, or only on the one-second tick of its collector. */
export function oneShotOf ({ kind, version }: Pick<Identity, 'kind' | 'version'>): EngineServer['oneShot'] {
  const [, major = '', patch] = /^(\d+)\.\d+\.(\d+)/.exec(version ?? '') ?? []
  if (kind !== 'docker' || major === '') return 'direct'
  const isDirect = Number(major) >= 25 || Number(patch) >= (FIRST_DIRECT_PATCH.get(major) ?? Infinity)
  return isDirect ? 'direct' : 'ticked'
}
