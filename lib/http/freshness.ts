import { createHash } from 'node:crypto'
import { monotonic } from '../model/time.ts'

/** An immutable state that responses are built from. */
export interface Versioned {
  /** Identifies the collector that counts the versions. */
  epoch: string
  version: number
  /** When it was created, in milliseconds since the Unix epoch. */
  at: number
  /** Whether the host was reached, and when it last was, on the monotonic clock. */
  up: boolean | null
  lastSeenMonotonic: number | null
}

export type FreshnessHeaders = Readonly<Record<'cache-control' | 'etag' | 'last-modified', string>>

/** Validators and age of the responses built from a set of sources (RFC 9110, RFC 9111). */
export class Freshness {
  readonly #digest: string
  readonly #lastModified: string
  /** Least recent `lastSeenMonotonic` of the sources that are up; null if none is. */
  readonly #oldest: number | null
  readonly #headers = new Map<string, FreshnessHeaders>()

  constructor (sources: readonly Versioned[]) {
    const versions = createHash('sha1')
    for (const { epoch, version } of sources) versions.update(`${epoch} ${version}\n`)
    const seen = sources.flatMap(({ up, lastSeenMonotonic: seen }) => up && seen !== null ? [seen] : [])
    this.#digest = versions.digest('base64url')
    this.#lastModified = new Date(Math.max(0, ...sources.map(({ at }) => at))).toUTCString()
    this.#oldest = seen.length > 0 ? Math.min(...seen) : null
  }

  /** @param form view and encoding of the response */
  headers (form: string): FreshnessHeaders {
    const known = this.#headers.get(form)
    if (known) return known
    const headers = {
      'cache-control': 'no-cache', etag: `"${this.#digest}-${form}"`, 'last-modified': this.#lastModified
    }
    this.#headers.set(form, headers)
    return headers
  }

  /** The `Age` header, in whole seconds. */
  get age (): number {
    return this.#oldest === null ? 0 : Math.max(0, Math.floor((monotonic() - this.#oldest) / 1000))
  }
}
