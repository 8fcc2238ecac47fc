import { createHash } from 'node:crypto'
import type { HostSnapshot } from '../collector/snapshot.ts'

/**
 * How fresh an answer is, as HTTP headers (RFC 9110, RFC 9111): a strong `ETag` of the snapshots that it is made from,
 * `Last-Modified`, when the newest of them was made, and `Age`, seconds since the poll that is longest ago among the
 * hosts that are up.
 * @param run what no other run of this process has, and no other form of the answer: versions of snapshots begin anew
 *   with each run
 */
export function freshnessOf (snapshots: readonly HostSnapshot[], run: string) {
  const versions = createHash('sha1').update(run)
  for (const { host, version } of snapshots) versions.update(`\n${version} ${host}`)
  const newest = Math.max(0, ...snapshots.map(({ at }) => at))
  const oldestPoll = Math.min(Date.now(), ...snapshots.flatMap(({ up, lastSeen }) => up && lastSeen ? [lastSeen] : []))
  return {
    etag: `"${versions.digest('base64url')}"`,
    'last-modified': new Date(newest).toUTCString(),
    age: Math.floor((Date.now() - oldestPoll) / 1000)
  }
}
