import { createHash } from 'node:crypto'
import { monotonic } from '../model/time.ts'

/** What answers are made of: a state of something that is replaced whole. */
export interface Versioned {
  /** Which run of which process counts the versions. */
  epoch: string
  version: number
  /** When it was made, milliseconds since the epoch of Unix. */
  at: number
  /** Whether what it is about was reached, and when that was last so, by the monotonic clock. */
  up: boolean | null
  lastSeenMonotonic: number | null
}

export type FreshnessHeaders = Readonly<Record<'cache-control' | 'etag' | 'last-modified', string>>

/** How fresh the answers are that are made of the same sources (RFC 9110, RFC 9111). */
export class Freshness {
  readonly #digest: string
  readonly #lastModified: string
  /** When the source was seen that was seen longest ago of those that are up, by the monotonic clock; null for none. */
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

  /** @param form which of the answers: of what kind, and how it is encoded */
  headers (form: string): FreshnessHeaders {
    const known = this.#headers.get(form)
    if (known) return known
    const headers = {
      'cache-control': 'no-cache', etag: `"${this.#digest}-${form}"`, 'last-modified': this.#lastModified
    }
    this.#headers.set(form, headers)
    return headers
  }

  /** The header `Age`, whole seconds. */
  get age (): number {
    return this.#oldest === null ? 0 : Math.max(0, Math.floor((monotonic() - this.#oldest) / 1000))
  }
}
