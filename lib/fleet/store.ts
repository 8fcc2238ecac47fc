import type { HostSnapshot } from '../model/snapshot.ts'

/** Called for every change: `previous` is null for a new host, `next` is null for a removed one. */
export type SnapshotListener = (next: HostSnapshot | null, previous: HostSnapshot | null) => void

/** Holds the latest snapshot of every host and notifies listeners of changes. */
export class SnapshotStore {
  #snapshots = new Map<string, HostSnapshot>()
  /** Position by host. */
  #order: ReadonlyMap<string, number> = new Map()
  #isSorted = true
  #list: readonly HostSnapshot[] | null = null
  readonly #listeners: SnapshotListener[] = []
  readonly #onError: (error: unknown) => void

  /** @param onError called with errors that listeners throw, which affect neither other listeners nor the writer */
  constructor (onError: (error: unknown) => void) {
    this.#onError = onError
  }

  /** The snapshots in the order of the hosts. Returns the same array until one is replaced. */
  list (): readonly HostSnapshot[] {
    if (!this.#isSorted) this.#sort()
    this.#list ??= Object.freeze([...this.#snapshots.values()])
    return this.#list
  }

  find (host: string): HostSnapshot | null {
    return this.#snapshots.get(host) ?? null
  }

  /** Replaces the snapshot of a host, or adds a host. */
  put (next: HostSnapshot): void {
    const previous = this.find(next.host)
    this.#snapshots.set(next.host, next)
    this.#list = null
    if (!previous) this.#isSorted = false
    this.#notify(next, previous)
  }

  /** Reorders the hosts, also those that are added later, and removes those that are missing from the list. */
  arrange (hosts: readonly string[]): void {
    this.#order = new Map(hosts.map((host, position) => [host, position]))
    this.#isSorted = false
    this.#list = null
    for (const [host, snapshot] of [...this.#snapshots]) {
      if (this.#order.has(host)) continue
      this.#snapshots.delete(host)
      this.#notify(null, snapshot)
    }
  }

  /** Calls `listener` for every change from now on, in order. */
  subscribe (listener: SnapshotListener): void {
    this.#listeners.push(listener)
  }

  #sort () {
    const position = (host: string) => this.#order.get(host) ?? this.#order.size
    this.#snapshots = new Map([...this.#snapshots].sort(([a], [b]) => position(a) - position(b)))
    this.#isSorted = true
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
