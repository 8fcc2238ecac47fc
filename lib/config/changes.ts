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

/** Keeps where the service listens, which only a restart can change, and returns the keys that say otherwise. */
export function keepListening (loaded: Config, { listen, server }: Config): { next: Config, kept: string[] } {
  const names = Object.keys(LISTENING) as (keyof typeof LISTENING)[]
  const kept = names.filter(name => fingerprint(loaded.listen[name]) !== fingerprint(listen[name]))
  const tls = kept.includes('tls') ? server.tls : loaded.server.tls
  return {
    next: { ...loaded, listen, server: { ...loaded.server, tls } },
    kept: kept.map(name => LISTENING[name])
  }
}
