import type { HostSnapshot } from '../model/snapshot.ts'

/** Waits until the first poll of every host has succeeded or failed, or until a timeout. */
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

  /** @param within timeout, milliseconds */
  start (within: number): void {
    this.#timer = setTimeout(() => this.end(), within)
  }

  see (next: HostSnapshot | null, previous: HostSnapshot | null): void {
    if (this.#isOver || next?.up === null) return
    for (const snapshot of [next, previous]) if (snapshot) this.#pending.delete(snapshot.host)
    if (this.#pending.size === 0) this.end()
  }

  wait (then: () => void): void {
    this.#waiting.push(then)
  }

  end (): void {
    this.#isOver = true
    clearTimeout(this.#timer)
    for (const then of this.#waiting.splice(0)) then()
  }
}
