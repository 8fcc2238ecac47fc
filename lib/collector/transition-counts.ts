import { monotonic } from '../model/time.ts'
import type { ContainerAction, TransitionCount } from '../model/transition.ts'

/** Milliseconds for which the counts of a container that is gone remain, so that a scrape includes its end. */
const REMEMBERED = 600_000
/** How many names of containers that are gone are remembered. */
const MAX_GONE = 200

interface Entry {
  counts: Map<ContainerAction, number>
  at: number
}

/** Counts transitions by the name and action, so that a container that is recreated continues the counts. */
export class TransitionCounts {
  /** By name, longest without a transition first. */
  readonly #entries = new Map<string, Entry>()
  #list: readonly TransitionCount[] | null = null

  /** @param known counts to go on from */
  constructor (known: readonly TransitionCount[] = []) {
    for (const { name, action, count } of known) this.#set(name, action, count)
  }

  add (name: string, action: ContainerAction): void {
    this.#set(name, action, (this.#entries.get(name)?.counts.get(action) ?? 0) + 1)
  }

  /**
   * Returns the same array until a count changes.
   * @param containers those that exist
   */
  list (containers: readonly { name: string }[]): readonly TransitionCount[] {
    if (this.#entries.size > 0) this.#forget(new Set(containers.map(({ name }) => name)))
    this.#list ??= Object.freeze([...this.#entries].flatMap(([name, { counts }]) =>
      [...counts].map(([action, count]) => Object.freeze({ name, action, count }))))
    return this.#list
  }

  #set (name: string, action: ContainerAction, count: number) {
    const { counts } = this.#entries.get(name) ?? { counts: new Map<ContainerAction, number>() }
    counts.set(action, count)
    this.#entries.delete(name)
    this.#entries.set(name, { counts, at: monotonic() })
    this.#list = null
  }

  #forget (present: ReadonlySet<string>) {
    const gone = [...this.#entries].filter(([name]) => !present.has(name))
    const isOld = ({ at }: Entry, index: number) =>
      gone.length - index > MAX_GONE || monotonic() - at > REMEMBERED
    for (const [index, [name, entry]] of gone.entries()) {
      if (!isOld(entry, index)) return
      this.#entries.delete(name)
      this.#list = null
    }
  }
}
