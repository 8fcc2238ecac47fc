import { Journal } from '../../lib/fleet/journal.ts'
import { SnapshotStore } from '../../lib/fleet/store.ts'
import type { Log } from '../../lib/model/log.ts'

/** A store whose snapshots are written to a log, as the service does it. */
export function journalled (log: Log): SnapshotStore {
  const store = new SnapshotStore(error => { throw error })
  const journal = new Journal(log)
  store.subscribe((next, previous) => journal.see(next, previous))
  return store
}
