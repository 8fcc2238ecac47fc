import type { HostSnapshot } from '../collector/snapshot.ts'

/** Everything known of one host but its containers, of which it has the number by state. */
export function hostDetails (snapshot: HostSnapshot) {
  const { host, up, lastSeen, error, address, engine, poll, requests, missingRights, events, containers } = snapshot
  const counts: Record<string, number> = {}
  for (const { state } of containers) counts[state] = (counts[state] ?? 0) + 1
  return {
    host,
    up,
    lastSeen: lastSeen === null ? null : new Date(lastSeen).toISOString(),
    error,
    address,
    engine,
    containers: { total: containers.length, byState: counts },
    poll,
    requests,
    missingRights,
    events
  }
}
