import type { BeatAnswer } from '../../lib/cluster/link.ts'
import type { ReplicaInfo } from '../../lib/cluster/members.ts'
import { FORMAT } from '../../lib/cluster/message.ts'
import type { Summary } from '../../lib/cluster/summary.ts'

/** What a replica says about itself. */
export const replicaInfo = (id: string, given: Partial<ReplicaInfo> = {}): ReplicaInfo =>
  ({ id, name: `name of ${id}`, version: '2.0.0', format: FORMAT, digest: 'd1', hosts: 0, ...given })

interface Answer {
  /** Replicas, and the milliseconds for which each is still present. */
  replicas?: [info: ReplicaInfo, left: number][]
  /** When each configuration appeared, by its digest. */
  configurations?: Record<string, number>
  fences?: string[]
}

/** What a beat returns. */
export const beatAnswer = ({ replicas = [], configurations = {}, fences = [] }: Answer): BeatAnswer => [
  replicas.flatMap(([info]) => [info.id, JSON.stringify(info)]),
  replicas.flatMap(([{ id }, left]) => [id, String(left)]),
  Object.entries(configurations).flatMap(([digest, at]) => [digest, String(at)]),
  fences
]

export const summaryWith = (digest: string, given: Partial<Summary> = {}): Summary =>
  ({ digest, keys: {}, hosts: [], ...given })
