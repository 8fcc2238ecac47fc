import type { Log } from '../model/log.ts'
import type { HostSnapshot } from '../model/snapshot.ts'

/** Combines ID and name, because cloned machines share the ID but rarely the name. Podman's ID is random. */
function identityOf (engine: HostSnapshot['engine']): string | null {
  return engine?.kind === 'docker' && engine.id && engine.name ? `${engine.name} (${engine.id})` : null
}

/** Warns if several configured hosts are the same Engine. None is dropped, so its containers appear several times. */
export class Duplicates {
  readonly #log: Log
  readonly #identities = new Map<string, string>()
  readonly #warned = new Set<string>()

  constructor (log: Log) {
    this.#log = log
  }

  /** Compares a host with those seen before, and warns once per pair. */
  see (next: HostSnapshot | null, previous: HostSnapshot | null): void {
    if (next) this.#compare(next)
    else if (previous) this.#identities.delete(previous.host)
  }

  #compare ({ host, engine }: HostSnapshot) {
    const identity = identityOf(engine)
    if (identity === null || this.#identities.get(host) === identity) return
    this.#identities.set(host, identity)
    for (const [other, known] of this.#identities) {
      if (other !== host && known === identity) this.#warn([other, host].sort(), identity)
    }
  }

  #warn (hosts: string[], identity: string) {
    const pair = hosts.join(' and ')
    if (this.#warned.has(pair)) return
    this.#warned.add(pair)
    const message = `Hosts ${pair} are the same Engine, ${identity}: its containers appear twice. Remove one of them.`
    this.#log.warn({ hosts }, message)
  }
}
