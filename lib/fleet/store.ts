import type { HostSnapshot } from '../model/snapshot.ts'

/** Hears what replaces what: `previous` is null for a host that is new, `next` for one that is gone. */
export type SnapshotListener = (next: HostSnapshot | null, previous: HostSnapshot | null) => void

/** The latest snapshot of every host, and the feed of those that replace them. */
export class SnapshotStore {
  #snapshots = new Map<string, HostSnapshot>()
  #list: readonly HostSnapshot[] | null = null
  readonly #listeners: SnapshotListener[] = []
  readonly #onError: (error: unknown) => void

  /** @param onError called with what a listener threw: the others and the writer go on */
  constructor (onError: (error: unknown) => void) {
    this.#onError = onError
  }

  /** The latest snapshot of every host, in their order: the same list until one is replaced. */
  list (): readonly HostSnapshot[] {
    this.#list ??= Object.freeze([...this.#snapshots.values()])
    return this.#list
  }

  /** Replaces the snapshot of a host, or adds a host. */
  put (next: HostSnapshot): void {
    const previous = this.#snapshots.get(next.host) ?? null
    this.#snapshots.set(next.host, next)
    this.#list = null
    this.#tell(next, previous)
  }

  /** Puts the hosts into an order; those that it lacks are gone. */
  arrange (hosts: readonly string[]): void {
    const before = this.#snapshots
    this.#snapshots = new Map(hosts.flatMap(host => {
      const snapshot = before.get(host)
      return snapshot ? [[host, snapshot] as const] : []
    }))
    this.#list = null
    for (const [host, snapshot] of before) if (!this.#snapshots.has(host)) this.#tell(null, snapshot)
  }

  /** Calls a listener with every change from now on, in order. */
  subscribe (listener: SnapshotListener): void {
    this.#listeners.push(listener)
  }

  #tell (next: HostSnapshot | null, previous: HostSnapshot | null) {
    for (const listener of this.#listeners) {
      try {
        listener(next, previous)
      } catch (error) {
        this.#onError(error)
      }
    }
  }
}
