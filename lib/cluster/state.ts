import type { FromSchema } from 'json-schema-to-ts'
import type { clusterSchema } from '../schemas/cluster.ts'

/** What a replica knows of its cluster. */
export type ClusterState = FromSchema<typeof clusterSchema>

/** A replica, as another one sees it. */
export type ReplicaState = ClusterState['replicas'][number]
