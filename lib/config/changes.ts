import type { Config } from './config.ts'

/** Equal values have equal fingerprints. */
export const fingerprint = (value: unknown): string =>
  JSON.stringify(value, (_key, part: unknown) => part instanceof Map ? [...part] : part)

const APART: ReadonlySet<string> = new Set(['version', 'loadedAt', 'text', 'rejected'])

/** Names of the settings whose values differ. */
export const changedKeys = (next: Config, previous: Config): string[] =>
  (Object.keys(next) as (keyof Config)[])
    .filter(key => !APART.has(key) && fingerprint(next[key]) !== fingerprint(previous[key]))

/** The keys of the file that decide where the service listens. */
const LISTENING = { socket: 'server.socket', tls: 'server.tls' } as const

/** Keeps what only a restart can change, and returns the keys that say otherwise. */
export function keepFixed (loaded: Config, { listen, server, cluster }: Config): { next: Config, kept: string[] } {
  const names = Object.keys(LISTENING) as (keyof typeof LISTENING)[]
  const moved = names.filter(name => fingerprint(loaded.listen[name]) !== fingerprint(listen[name]))
  const tls = moved.includes('tls') ? server.tls : loaded.server.tls
  const isOther = fingerprint(loaded.cluster) !== fingerprint(cluster)
  return {
    next: { ...loaded, listen, cluster, server: { ...loaded.server, tls } },
    kept: [...moved.map(name => LISTENING[name]), ...isOther ? ['cluster'] : []]
  }
}
