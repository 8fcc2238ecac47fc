import type { HostSnapshot } from '../collector/snapshot.ts'
import { networkTotals, total } from './network.ts'

/** Everything known of one host but its containers, of which it has the number by state and what they use. */
export function hostDetails (snapshot: HostSnapshot) {
  const { host, at, up, lastSeen, error, address, engine, poll, pollErrors, requests, containers } = snapshot
  const { missingRights, certificateExpiresAt, events } = snapshot
  const counts: Record<string, number> = {}
  for (const { state } of containers) counts[state] = (counts[state] ?? 0) + 1
  return {
    host,
    up,
    lastSeen: lastSeen === null ? null : new Date(lastSeen).toISOString(),
    ageMs: lastSeen === null ? null : at - lastSeen,
    error,
    address,
    transport: address.slice(0, address.indexOf(':')),
    engine,
    containers: { total: containers.length, byState: counts },
    poll,
    requests,
    missingRights,
    events,
    certificateExpiresAt,
    pollErrors,
    totals: {
      cpuCores: total(containers.map(({ sample }) => sample?.cpuCores)),
      memoryWorkingSetBytes: total(containers.map(({ sample }) => sample?.memoryBytes)),
      ...networkTotals(containers)
    }
  }
}
