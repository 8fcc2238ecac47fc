import { codeOf, messageOf } from '../errors.ts'
import { monotonic, wallClock } from '../model/time.ts'
import type { Problem } from '../model/snapshot.ts'

/** An error, and the name of the container if the call was about one. */
export interface Failure {
  error: unknown
  container?: string
}

interface Entry {
  problem: Problem
  /** Time of the last failure, on the monotonic clock. */
  failedAt: number
  isOver: boolean
}

/** The problems of a host that is up: one entry per call and error code, however many containers are affected. */
export class Problems {
  readonly #entries = new Map<string, Entry>()

  get list (): readonly Problem[] {
    return [...this.#entries.values()].map(({ problem }) => problem)
  }

  /** Reports the failures of a call or of a round of calls; none means success. */
  report (what: string, failures: readonly Failure[]): void {
    for (const entry of this.#entries.values()) if (entry.problem.what === what) entry.isOver = true
    const byCode = new Map<string, Failure[]>()
    for (const failure of failures) {
      const code = codeOf(failure.error)
      byCode.set(code, [...byCode.get(code) ?? [], failure])
    }
    for (const [code, those] of byCode) this.#add(what, code, those)
  }

  /** Ends problems that have not recurred for `after` milliseconds, so that an intermittent one stays one problem. */
  settle (after: number): void {
    for (const [key, { isOver, failedAt }] of this.#entries) {
      if (isOver && monotonic() - failedAt >= after) this.#entries.delete(key)
    }
  }

  clear (): void {
    this.#entries.clear()
  }

  #add (what: string, code: string, failures: readonly Failure[]) {
    const key = `${what} ${code}`
    const { since } = this.#entries.get(key)?.problem ?? { since: new Date(wallClock()).toISOString() }
    const containers = Object.freeze(failures.flatMap(({ container = [] }) => container))
    const problem = Object.freeze({ what, code, message: messageOf(failures[0]?.error), since, containers })
    this.#entries.set(key, { problem, failedAt: monotonic(), isOver: false })
  }
}
