import { Journal } from '../../lib/fleet/journal.ts'
import { SnapshotStore } from '../../lib/fleet/store.ts'
import type { Log } from '../../lib/model/log.ts'

/** Creates a store that logs its snapshots like the service. */
export function journalled (log: Log): SnapshotStore {
  const store = new SnapshotStore(error => { throw error })
  const journal = new Journal(log)
  store.subscribe((next, previous) => journal.see(next, previous))
  return store
}
