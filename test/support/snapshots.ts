import type { ContainerSnapshot, HostSnapshot } from '../../lib/model/snapshot.ts'
import { statsRow } from '../../lib/views/stats.ts'
import type { Sample } from '../../lib/model/sample.ts'

export const sample = (given: Partial<Sample> = {}): Sample => ({
  at: 0,
  atMonotonic: 0,
  readAt: 0,
  cpuNanoseconds: null,
  cpuUserNanoseconds: null,
  cpuSystemNanoseconds: null,
  cpuPeriods: null,
  cpuThrottledPeriods: null,
  cpuThrottledNanoseconds: null,
  cpuCores: null,
  memoryBytes: null,
  memoryUsageBytes: null,
  memoryCacheBytes: null,
  memorySwapBytes: null,
  memoryLimitBytes: null,
  interfaces: null,
  rxBytes: null,
  txBytes: null,
  rxBytesDelta: null,
  txBytesDelta: null,
  rxBytesPerSecond: null,
  txBytesPerSecond: null,
  lastKnown: null,
  blockDevices: null,
  blockReadBytes: null,
  blockWriteBytes: null,
  blockReadBytesPerSecond: null,
  blockWriteBytesPerSecond: null,
  pids: null,
  ...given
})

export const containerSnapshot = (given: Partial<ContainerSnapshot> = {}): ContainerSnapshot => ({
  id: 'c0ffee',
  name: 'web',
  image: 'nginx',
  state: 'running',
  networkMode: 'bridge',
  networks: null,
  health: null,
  exitCode: null,
  oomKilled: null,
  startedAt: null,
  restartCount: null,
  labels: {},
  limits: null,
  memoryLimitBytes: null,
  oomEvents: 0,
  sample: null,
  ...given
})

/** What a collector says of the configuration. */
export const configuration = (): HostSnapshot['configuration'] => ({ isCurrent: true, loadedAt: 0 })

export const hostSnapshot = (given: Partial<HostSnapshot> = {}): HostSnapshot => ({
  host: 'nas',
  replica: null,
  configuration: configuration(),
  epoch: 'first',
  version: 1,
  at: 0,
  atMonotonic: 0,
  lastSeen: null,
  lastSeenMonotonic: null,
  up: false,
  error: null,
  engine: null,
  address: 'unix:///var/run/docker.sock',
  poll: { durationMs: null, intervalMs: 5000, isStalled: false },
  pollErrors: {},
  requests: {},
  missingRights: [],
  certificateExpiresAt: null,
  events: 'connecting',
  problems: [],
  deadlines: { listMs: 10_000, infoMs: 3000, inspectMs: 5000, statsMs: 5000 },
  isListed: given.up === true,
  transitions: [],
  transitionCounts: [],
  containers: [],
  ...given
})

/** The rows of `/stats` of one host. */
export const statsRows = (snapshot: HostSnapshot, config: Parameters<typeof statsRow>[2]) =>
  snapshot.containers.map(container => statsRow(snapshot, container, config))
