import t from 'tap'
import type { ClusterState, ReplicaState } from '../../../../lib/cluster/state.ts'
import { clusterFamilies } from '../../../../lib/views/metrics/cluster.ts'
import { sampleLines } from '../../../../lib/views/metrics/family.ts'

const replica = (id: string, lagMs: number | null): ReplicaState => ({
  id,
  name: `name-${id}`,
  version: '2.0.0',
  isSelf: lagMs === null,
  isReadable: true,
  isLeading: true,
  differences: [],
  hosts: 1,
  heardMs: 0,
  lagMs
})

const state: ClusterState = {
  id: 'a',
  isConnected: true,
  problem: null,
  replicas: [replica('a', null), replica('b', 42)],
  leases: { held: 3, lost: 1 },
  silentHosts: 2,
  messages: { sent: 5, received: 8, unreadable: 4 },
  bytes: { sent: 500, received: 800 }
}

const linesOf = (state: ClusterState) =>
  clusterFamilies.flatMap(family => sampleLines(family, '', state).split('\n')).filter(Boolean)

t.test('exports how a replica is doing', async t => {
  t.strictSame(linesOf(state), [
    'dockstatapi_cluster_connected 1',
    'dockstatapi_cluster_replicas 2',
    'dockstatapi_cluster_leases 3',
    'dockstatapi_cluster_leases_lost_total 1',
    'dockstatapi_cluster_silent_hosts 2',
    'dockstatapi_cluster_lag_seconds{replica="name-b",id="b"} 0.042',
    'dockstatapi_cluster_messages_total{direction="sent"} 5',
    'dockstatapi_cluster_messages_total{direction="received"} 8',
    'dockstatapi_cluster_bytes_total{direction="sent"} 500',
    'dockstatapi_cluster_bytes_total{direction="received"} 800',
    'dockstatapi_cluster_unreadable_messages_total 4'
  ])
})

t.test('a replica alone has no lag', async t => {
  const lines = linesOf({ ...state, isConnected: false, replicas: [] })
  t.match(lines, ['dockstatapi_cluster_connected 0', 'dockstatapi_cluster_replicas 0'])
  t.strictSame(lines.filter(line => line.includes('lag')), [])
})
