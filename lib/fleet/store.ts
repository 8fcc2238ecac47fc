import type { HostSnapshot } from '../model/snapshot.ts'

/** Called for every change: `previous` is null for a new host, `next` is null for a removed one. */
export type SnapshotListener = (next: HostSnapshot | null, previous: HostSnapshot | null) => void

/** Holds the latest snapshot of every host and notifies listeners of changes. */
export class SnapshotStore {
  #snapshots = new Map<string, HostSnapshot>()
  #list: readonly HostSnapshot[] | null = null
  readonly #listeners: SnapshotListener[] = []
  readonly #onError: (error: unknown) => void

  /** @param onError called with errors that listeners throw, which affect neither other listeners nor the writer */
  constructor (onError: (error: unknown) => void) {
    this.#onError = onError
  }

  /** The snapshots in the order of the hosts. Returns the same array until one is replaced. */
  list (): readonly HostSnapshot[] {
    this.#list ??= Object.freeze([...this.#snapshots.values()])
    return this.#list
  }

  /** Replaces the snapshot of a host, or adds a host. */
  put (next: HostSnapshot): void {
    const previous = this.#snapshots.get(next.host) ?? null
    this.#snapshots.set(next.host, next)
    this.#list = null
    this.#notify(next, previous)
  }

  /** Reorders the hosts, and removes those that are missing from the list. */
  arrange (hosts: readonly string[]): void {
    const before = this.#snapshots
    this.#snapshots = new Map(hosts.flatMap(host => {
      const snapshot = before.get(host)
      return snapshot ? [[host, snapshot] as const] : []
    }))
    this.#list = null
    for (const [host, snapshot] of before) if (!this.#snapshots.has(host)) this.#notify(null, snapshot)
  }

  /** Calls `listener` for every change from now on, in order. */
  subscribe (listener: SnapshotListener): void {
    this.#listeners.push(listener)
  }

  #notify (next: HostSnapshot | null, previous: HostSnapshot | null) {
    for (const listener of this.#listeners) {
      try {
        listener(next, previous)
      } catch (error) {
        this.#onError(error)
      }
    }
  }
}
