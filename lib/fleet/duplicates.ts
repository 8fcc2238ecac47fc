import type { Log } from '../model/log.ts'
import type { HostSnapshot } from '../model/snapshot.ts'

/** Id and name of a Docker Engine; Podman's id is random. Cloned machines share the id, rarely the name. */
function identityOf (engine: HostSnapshot['engine']): string | null {
  return engine?.kind === 'docker' && engine.id && engine.name ? `${engine.name} (${engine.id})` : null
}

/** Tells hosts of the configuration that are one Engine: what is in it shows once for each. None is left out. */
export class Duplicates {
  readonly #log: Log
  readonly #identities = new Map<string, string>()
  readonly #told = new Set<string>()

  constructor (log: Log) {
    this.#log = log
  }

  /** Compares a host with those seen before; every pair gets one line. */
  see (next: HostSnapshot | null, previous: HostSnapshot | null): void {
    if (next) this.#compare(next)
    else if (previous) this.#identities.delete(previous.host)
  }

  #compare ({ host, engine }: HostSnapshot) {
    const identity = identityOf(engine)
    if (identity === null || this.#identities.get(host) === identity) return
    this.#identities.set(host, identity)
    for (const [other, known] of this.#identities) {
      if (other !== host && known === identity) this.#tell([other, host].sort(), identity)
    }
  }

  #tell (hosts: string[], identity: string) {
    const pair = hosts.join(' and ')
    if (this.#told.has(pair)) return
    this.#told.add(pair)
    const message = `hosts ${pair} are one Engine, ${identity}: its containers show twice; remove one of the two`
    this.#log.warn({ hosts }, message)
  }
}
