import type { HostSnapshot } from '../model/snapshot.ts'

/** Until every host's first poll has ended, one way or the other, or until that has taken too long. */
export class FirstPolls {
  readonly #pending: Set<string>
  readonly #waiting: (() => void)[] = []
  #timer: NodeJS.Timeout | undefined
  #isOver = false

  constructor (hosts: readonly string[]) {
    this.#pending = new Set(hosts)
  }

  get isOver (): boolean {
    return this.#isOver
  }

  /** @param within milliseconds from now on */
  start (within: number): void {
    this.#timer = setTimeout(() => this.end(), within)
  }

  see (next: HostSnapshot | null, previous: HostSnapshot | null): void {
    const host = (next ?? previous)?.host ?? ''
    const hasEnded = next === null || next.up !== null
    if (hasEnded && this.#pending.delete(host) && this.#pending.size === 0) this.end()
  }

  /** @param then called when it is over */
  wait (then: () => void): void {
    this.#waiting.push(then)
  }

  end (): void {
    this.#isOver = true
    clearTimeout(this.#timer)
    for (const then of this.#waiting.splice(0)) then()
  }
}
