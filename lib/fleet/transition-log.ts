import { Recent } from '../model/recent.ts'
import type { HostSnapshot } from '../model/snapshot.ts'
import type { Transition } from '../model/transition.ts'

/** Transitions that are kept per host. */
const CAPACITY = 200

/** Keeps the latest transitions of every host. */
export class TransitionLog {
  readonly #hosts = new Map<string, Recent<Transition>>()

  see (next: HostSnapshot | null, previous: HostSnapshot | null): void {
    if (next === null) {
      if (previous) this.#hosts.delete(previous.host)
      return
    }
    if (next.transitions.length === 0) return
    const recent = this.#hosts.get(next.host) ?? new Recent<Transition>(CAPACITY)
    this.#hosts.set(next.host, recent)
    for (const transition of next.transitions) recent.add(transition)
  }

  /** Those of a host, oldest first. */
  of (host: string): readonly Transition[] {
    return this.#hosts.get(host)?.list ?? []
  }
}
