import t from 'tap'
import { hostDetails } from '../../../lib/views/host.ts'
import { containerSnapshot, hostSnapshot } from '../../snapshots.ts'

t.test('counts containers by state and keeps what the collector says', async t => {
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
