import { createHash } from 'node:crypto'
import type { HostSnapshot } from '../model/snapshot.ts'
import { monotonic } from '../model/time.ts'

/** How fresh an answer is; its age grows by itself. */
export interface Freshness {
  /** Strong: of the versions of the snapshots. */
  etag: string
  /** When the newest snapshot was made, as an HTTP date. */
  lastModified: string
  /** When the poll was that is longest ago among the hosts that are up, by the monotonic clock; null for none. */
  oldestPoll: number | null
}

/**
 * How fresh an answer that is made of snapshots is (RFC 9110, RFC 9111).
 * @param run what no other run of this process has, and no other form of the answer: versions of snapshots begin anew
 *   with each run
 */
export function freshnessOf (snapshots: readonly HostSnapshot[], run: string): Freshness {
  const versions = createHash('sha1').update(run)
  for (const { host, version } of snapshots) versions.update(`\n${version} ${host}`)
  const polls = snapshots.flatMap(({ up, lastSeenMonotonic: polled }) => up && polled !== null ? [polled] : [])
  return {
    etag: `"${versions.digest('base64url')}"`,
    lastModified: new Date(Math.max(0, ...snapshots.map(({ at }) => at))).toUTCString(),
    oldestPoll: polls.length > 0 ? Math.min(...polls) : null
  }
}

/** Freshness as HTTP headers, for caches that ask each time; `age` in seconds. */
export const freshnessHeaders = ({ etag, lastModified, oldestPoll }: Freshness) => ({
  'cache-control': 'no-cache',
  etag,
  'last-modified': lastModified,
  age: oldestPoll === null ? 0 : Math.max(0, Math.floor((monotonic() - oldestPoll) / 1000))
})
