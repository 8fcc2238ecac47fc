import type { ContainerSnapshot, HostSnapshot, Sample } from '../lib/collector/snapshot.ts'

export const sample = (given: Partial<Sample> = {}): Sample => ({
  at: 0,
  cpuNanoseconds: null,
  memoryBytes: null,
  memoryLimitBytes: null,
  rxBytes: null,
  txBytes: null,
  rxBytesDelta: null,
  txBytesDelta: null,
  ...given
})

export const containerSnapshot = (given: Partial<ContainerSnapshot> = {}): ContainerSnapshot => ({
  id: 'c0ffee',
  name: 'web',
  image: 'nginx',
  state: 'running',
  networkMode: 'bridge',
  health: null,
  exitCode: null,
  oomKilled: null,
  startedAt: null,
  restartCount: null,
  sample: null,
  ...given
})

export const hostSnapshot = (given: Partial<HostSnapshot> = {}): HostSnapshot => ({
  host: 'nas',
  version: 1,
  at: 0,
  lastSeen: null,
  up: false,
  error: null,
  engine: null,
  address: 'unix:///var/run/docker.sock',
  poll: { durationMs: null, intervalMs: 5000, isStalled: false },
  requests: {},
  missingRights: [],
  certificateExpiresAt: null,
  events: 'connecting',
  containers: [],
  ...given
})
