import type { Usage } from './columns.ts'
import { Ring, WINDOW } from './ring.ts'

/** When a container with this name was first and last sampled, seconds since the epoch. */
export interface Life {
  first: number
  last: number
}

/** The name under which the sums of a host are kept; containers always have a name. */
export const HOST = ''

/** The history of one container name, or of a host, in memory. */
export class Series {
  readonly host: string
  readonly name: string
  readonly ring = new Ring()
  /** By container ID. */
  readonly lives = new Map<string, Life>()
  /** In the database; null until it is known. */
  key: number | null = null
  /** Number of the last snapshot of the host that contained it. */
  seen = 0
  /** When the last sample was received, to count it once. */
  #sampledAt = 0

  constructor (host: string, name: string) {
    this.host = host
    this.name = name
  }

  /** Adds the sample of a container. Returns false if it has been added before. */
  record (id: string, sample: Usage & { at: number }, interval: number): boolean {
    if (sample.at === this.#sampledAt) return false
    this.#sampledAt = sample.at
    this.push(sample.at, sample, interval)
    const { newest } = this.ring
    const life = this.lives.get(id)
    if (life) life.last = newest
    else this.lives.set(id, { first: newest, last: newest })
    return true
  }

  /**
   * @param time milliseconds since the epoch
   * @param interval seconds between polls
   */
  push (time: number, usage: Usage, interval: number): void {
    this.ring.interval = interval
    this.ring.push(time, usage)
  }

  /** Forgets containers that had this name before the ring begins. */
  forgetLives (): void {
    for (const [id, { last }] of this.lives) if (last < this.ring.newest - WINDOW) this.lives.delete(id)
  }
}
