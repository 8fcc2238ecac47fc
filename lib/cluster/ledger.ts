import type { HostSnapshot } from '../model/snapshot.ts'

/** The last snapshot of a host that was sent to all replicas. */
export interface Entry {
  snapshot: HostSnapshot
  /** Of the lease of the replica that sent it; a lower one is outdated. */
  fence: number
  /** ID of that replica. */
  from: string
}

/** The last snapshot of each host that was sent, by whichever replica: what the next patch is based on. */
export type Ledger = Map<string, Entry>
