import { createHash } from 'node:crypto'

/** Hosts are given to others in this many beats, so that they start to poll them one after the other. */
const STEPS = 8

/** The first bytes of a hash as a number: which replica has the highest for a host gets it. */
const scoreOf = (replica: string, host: string) =>
  createHash('sha1').update(`${replica} ${host}`).digest().readUIntBE(0, 6)

/**
 * Gives each host to one of the replicas, to all about equally many. Rendezvous hashing (Thaler and Ravishankar, 1998)
 * with bounded loads (as in Mirrokni, Thorup and Zadimoghaddam, 2016): the replica with the highest hash that has not
 * got its share yet. When a replica comes or goes, few hosts move but its own.
 */
export function ownersOf (hosts: readonly string[], replicas: readonly string[]): Map<string, string> {
  const share = Math.ceil(hosts.length / replicas.length)
  const loads = new Map(replicas.map(replica => [replica, 0]))
  const owners = new Map<string, string>()
  for (const host of hosts) {
    let best = { replica: '', score: -1, load: 0 }
    for (const [replica, load] of loads) {
      const score = load < share ? scoreOf(replica, host) : -1
      if (score > best.score) best = { replica, score, load }
    }
    loads.set(best.replica, best.load + 1)
    owners.set(host, best.replica)
  }
  return owners
}

export interface Situation {
  me: string
  /** The replicas that may poll; empty while nothing is known of any, so that all stays as it is. */
  candidates: readonly string[]
  hosts: readonly string[]
  /** Those that this replica polls now. */
  held: ReadonlySet<string>
}

/** What to ask the server for. */
export interface Plan {
  /** Hosts to keep or to take. */
  wanted: readonly string[]
  /** Hosts to give to others. */
  released: readonly string[]
}

/** Decides who polls what, and remembers it until the replicas or the hosts change. */
export class Planner {
  #known = ''
  #owners: ReadonlyMap<string, string> = new Map()

  plan ({ me, candidates, hosts, held }: Situation): Plan {
    if (candidates.length === 0) return { wanted: [...held], released: [] }
    const known = JSON.stringify([candidates, hosts])
    if (known !== this.#known) this.#owners = ownersOf(hosts, candidates)
    this.#known = known
    const others = hosts.filter(host => held.has(host) && this.#owners.get(host) !== me)
    const leaving = new Set(others.slice(0, Math.ceil(hosts.length / STEPS)))
    return {
      wanted: hosts.filter(host => !leaving.has(host) && (held.has(host) || this.#owners.get(host) === me)),
      released: [...leaving, ...[...held].filter(host => !this.#owners.has(host))]
    }
  }
}
