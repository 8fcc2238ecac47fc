import type { Usage } from './columns.ts'
import { Ring, WINDOW } from './ring.ts'

/** When a container was first and last sampled under a name, seconds since the epoch. */
export interface Life {
  id: string
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
  /** Of the containers with this name; rarely more than one. */
  lives: readonly Life[] = []
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
    const at = Math.floor(sample.at / 1000)
    const life = this.lives.find(life => life.id === id)
    if (life) life.last = at
    else this.lives = this.lives.concat({ id, first: at, last: at }) // has no spare capacity
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
    if (this.lives.length > 1) this.lives = this.lives.filter(({ last }) => last >= this.ring.newest - WINDOW)
  }
}
