import { createHash } from 'node:crypto'

/** Hosts are given to others in this many beats, so that they start to poll them one after the other. */
const STEPS = 8

/** The first bytes of a hash as a number: which replica has the highest for a host gets it. */
const scoreOf = (replica: string, host: string) =>
  createHash('sha1').update(`${replica} ${host}`).digest().readUIntBE(0, 6)

/**
 * Rendezvous hashing (Thaler and Ravishankar, 1998): a replica that comes or goes moves only its own hosts.
 * @param replicas at least one
 */
export function winner (host: string, replicas: readonly string[]): string {
  const scores = replicas.map(replica => ({ replica, score: scoreOf(replica, host) }))
  return scores.reduce((best, next) => next.score > best.score ? next : best, { replica: '', score: -1 }).replica
}

export interface Situation {
  me: string
  /** The replicas that may poll. */
  candidates: readonly string[]
  /** All hosts to poll. */
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

/** Decides who polls what, and remembers it until the replicas change. */
export class Planner {
  #replicas = ''
  #winners = new Map<string, string>()

  plan ({ me, candidates, hosts, held }: Situation): Plan {
    this.#expect(candidates)
    const known = new Set(hosts)
    const others = hosts.filter(host => held.has(host) && this.#winner(host, candidates) !== me)
    const leaving = new Set(others.slice(0, Math.ceil(hosts.length / STEPS)))
    return {
      wanted: hosts.filter(host => !leaving.has(host) && (held.has(host) || this.#winner(host, candidates) === me)),
      released: [...leaving, ...[...held].filter(host => !known.has(host))]
    }
  }

  #expect (candidates: readonly string[]) {
    const replicas = candidates.join(' ')
    if (replicas !== this.#replicas) this.#winners.clear()
    this.#replicas = replicas
  }

  #winner (host: string, candidates: readonly string[]): string {
    const known = this.#winners.get(host) ?? winner(host, candidates)
    this.#winners.set(host, known)
    return known
  }
}
