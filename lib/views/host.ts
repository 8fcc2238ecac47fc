import type { HostSnapshot } from '../model/snapshot.ts'
import { countsOf } from '../model/own.ts'
import { networkTotals, total } from './network.ts'

const totalsOf = (containers: HostSnapshot['containers']) => ({
  cpuCores: total(containers.map(({ sample }) => sample?.cpuCores)),
  memoryWorkingSetBytes: total(containers.map(({ sample }) => sample?.memoryBytes)),
  ...networkTotals(containers)
})

/** A host in `/hosts/{host}`. */
export function hostDetails (snapshot: HostSnapshot) {
  const { host, replica, configuration, atMonotonic, up, lastSeen, lastSeenMonotonic, error, address } = snapshot
  const { engine, poll, pollErrors, requests, missingRights, certificateExpiresAt, events, problems } = snapshot
  const { deadlines, isListed, containers } = snapshot
  return {
    host,
    replica,
    up,
    lastSeen: lastSeen === null ? null : new Date(lastSeen).toISOString(),
    ageMs: lastSeenMonotonic === null ? null : Math.round(atMonotonic - lastSeenMonotonic),
    error,
    address,
    transport: address.slice(0, address.indexOf(':')),
    engine,
    containers: {
      total: isListed || !up ? containers.length : null,
      byState: Object.fromEntries(countsOf(containers.map(({ state }) => state)))
    },
    poll,
    requests,
    missingRights,
    events,
    problems,
    deadlines,
    certificateExpiresAt,
    pollErrors,
    totals: totalsOf(containers),
    configuration: { ...configuration, loadedAt: new Date(configuration.loadedAt).toISOString() }
  }
}
