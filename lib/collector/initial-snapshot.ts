import { randomBytes } from 'node:crypto'
import type { HostSnapshot } from '../model/snapshot.ts'
import { monotonic, wallClock } from '../model/time.ts'
import type { CollectorTiming } from './timing.ts'

interface Unpolled {
  host: string
  address: string
  replica: string | null
  configuration: HostSnapshot['configuration']
  timing: Pick<CollectorTiming, 'interval' | 'limits'>
}

/** The snapshot of a host before its first poll. */
export function initialSnapshot ({ host, address, replica, configuration, timing }: Unpolled): HostSnapshot {
  const { interval, limits } = timing
  return Object.freeze({
    host,
    replica,
    configuration,
    epoch: randomBytes(12).toString('base64url'),
    version: 0,
    at: wallClock(),
    atMonotonic: monotonic(),
    lastSeen: null,
    lastSeenMonotonic: null,
    up: null,
    error: null,
    engine: null,
    address,
    poll: { durationMs: null, intervalMs: interval, isStalled: false },
    pollErrors: {},
    requests: {},
    missingRights: [],
    certificateExpiresAt: null,
    events: 'connecting',
    problems: [],
    deadlines: Object.freeze({
      listMs: limits.list.first,
      infoMs: limits.info.first,
      inspectMs: limits.inspect.first,
      statsMs: limits.stats.first
    }),
    isListed: false,
    containers: [],
    transitions: [],
    transitionCounts: []
  })
}
