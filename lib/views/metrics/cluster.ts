import type { ClusterState, ReplicaState } from '../../cluster/state.ts'
import type { Family } from './family.ts'

const directions = ({ sent, received }: { sent: number, received: number }) =>
  Object.entries({ sent, received }).map(([direction, value]) => ({ labels: { direction }, value }))

const lags = (replicas: readonly ReplicaState[]) => replicas.flatMap(({ name, id, lagMs }) =>
  lagMs === null ? [] : [{ labels: { replica: name, id }, value: lagMs / 1000 }])

/** Of a replica; absent without a cluster. */
export const clusterFamilies: readonly Family<ClusterState>[] = [
  {
    name: 'dockstatapi_cluster_connected',
    type: 'gauge',
    help: 'Whether the server that the replicas share can be reached',
    read: ({ isConnected }) => isConnected
  },
  {
    name: 'dockstatapi_cluster_replicas',
    type: 'gauge',
    help: 'Replicas that were heard of recently, including this one',
    read: ({ replicas }) => replicas.length
  },
  {
    name: 'dockstatapi_cluster_leases',
    type: 'gauge',
    help: 'Hosts that this replica polls',
    read: ({ leases }) => leases.held
  },
  {
    name: 'dockstatapi_cluster_leases_lost_total',
    type: 'counter',
    help: 'Leases that another replica has taken from this one',
    read: ({ leases }) => leases.lost
  },
  {
    name: 'dockstatapi_cluster_silent_hosts',
    type: 'gauge',
    help: 'Hosts shown as they were last known, because the replica that polls them has not been heard of for 30 s',
    read: ({ silentHosts }) => silentHosts
  },
  {
    name: 'dockstatapi_cluster_lag_seconds',
    type: 'gauge',
    help: 'Time from the end of the last poll of another replica until its result was here',
    labels: ['replica', 'id'],
    read: ({ replicas }) => lags(replicas)
  },
  {
    name: 'dockstatapi_cluster_messages_total',
    type: 'counter',
    help: 'Messages between replicas, by direction: sent or received',
    labels: ['direction'],
    read: ({ messages }) => directions(messages)
  },
  {
    name: 'dockstatapi_cluster_bytes_total',
    type: 'counter',
    help: 'Bytes of messages between replicas, by direction: sent or received',
    labels: ['direction'],
    read: ({ bytes }) => directions(bytes)
  },
  {
    name: 'dockstatapi_cluster_unreadable_messages_total',
    type: 'counter',
    help: 'Messages that were not understood',
    read: ({ messages }) => messages.unreadable
  }
]
