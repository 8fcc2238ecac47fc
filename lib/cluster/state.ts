/** A replica, as another one sees it. */
export interface ReplicaState {
  id: string
  name: string
  /** Of the service. */
  version: string
  isSelf: boolean
  /** Whether it has the same format of messages. */
  isReadable: boolean
  /** Whether it has the configuration that decides which hosts are polled. */
  isLeading: boolean
  /** The keys in which its configuration differs from that. */
  differences: readonly string[]
  /** Hosts that it polls. */
  hosts: number
  /** Milliseconds since it was last heard of. */
  heardMs: number
  /** Milliseconds from the end of its last poll until we had the result; null for ourselves and while unknown. */
  lagMs: number | null
}

/** What a replica knows of its cluster. */
export interface ClusterState {
  /** Of this replica. */
  id: string
  isConnected: boolean
  /** Why the server cannot be reached; null if it can. */
  problem: string | null
  replicas: readonly ReplicaState[]
  /** Hosts that this replica holds leases of, and leases that another one took from it. */
  leases: { held: number, lost: number }
  /** Hosts of replicas that have not been heard of for 30 s. */
  silentHosts: number
  messages: { sent: number, received: number, unreadable: number }
  /** Of messages, as they are sent, compressed. */
  bytes: { sent: number, received: number }
}
