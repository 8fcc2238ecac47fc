import t from 'tap'
import { hostDetails } from '../../../lib/views/host.ts'
import { containerSnapshot, hostSnapshot, sample } from '../../support/snapshots.ts'

t.test('counts containers by state and includes what the collector knows', async t => {
  const containers = ['running', 'exited', 'running'].map(state => containerSnapshot({ state }))
  const snapshot = hostSnapshot({ lastSeen: 0, containers, requests: { list: 2 }, missingRights: ['INFO=1'] })
  t.match(hostDetails(snapshot), {
    host: 'nas',
    up: false,
    lastSeen: '1970-01-01T00:00:00.000Z',
    engine: null,
    containers: { total: 3, byState: { running: 2, exited: 1 } },
    poll: { durationMs: null, intervalMs: 5000, isStalled: false },
    requests: { list: 2 },
    missingRights: ['INFO=1'],
    events: 'connecting'
  })
  t.equal(hostDetails(hostSnapshot()).lastSeen, null)
})

t.test('sums up resource usage; null if nothing is known', async t => {
  const none = { cpuCores: null, memoryWorkingSetBytes: null, rxBytesPerSecond: null, txBytesPerSecond: null }
  t.strictSame(hostDetails(hostSnapshot({ containers: [containerSnapshot()] })).totals, none)
  const used = (cpuCores: number, given = {}) => containerSnapshot({
    id: String(cpuCores),
    sample: sample({ cpuCores, memoryBytes: 10, rxBytesPerSecond: 5, txBytesPerSecond: null }),
    ...given
  })
  const containers = [used(0.5), used(1.5), used(2, { networkMode: 'container:1.5' }), containerSnapshot()]
  t.strictSame(hostDetails(hostSnapshot({ containers })).totals, {
    cpuCores: 4, memoryWorkingSetBytes: 30, rxBytesPerSecond: 10, txBytesPerSecond: null
  })
})
