import type { HostSnapshot } from '../collector/snapshot.ts'

/** Until every host's first poll has ended, one way or the other, or until that has taken too long. */
export class FirstPolls {
  readonly #pending: Set<string>
  #resolve = () => {}
  #timer: NodeJS.Timeout | undefined
  #isOver = false
  /** Resolves then. */
  readonly ended = new Promise<void>(resolve => { this.#resolve = resolve })

  constructor (hosts: readonly string[]) {
    this.#pending = new Set(hosts)
    if (hosts.length === 0) this.end()
  }

  get isOver (): boolean {
    return this.#isOver
  }

  /** @param within milliseconds from now on */
  start (within: number): void {
    if (!this.#isOver) this.#timer = setTimeout(() => this.end(), within)
  }

  see ({ host, up }: HostSnapshot): void {
    if (up !== null && this.#pending.delete(host) && this.#pending.size === 0) this.end()
  }

  end (): void {
    this.#isOver = true
    clearTimeout(this.#timer)
    this.#resolve()
  }
}
