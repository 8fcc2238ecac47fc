import { countsOf } from './own.ts'
import type { Transition } from './transition.ts'

type Told = Pick<Transition, 'container'>

/** The name of the container, or nothing for the host itself. */
const subjectOf = ({ container }: Told) => container?.name ?? ''

/**
 * Keeps the most recent transitions of a host. When it is full, the container with the most of them loses its oldest,
 * so that one that restarts all the time cannot push out the others.
 */
export class Recent<T extends Told> {
  readonly #capacity: number
  #list: T[] = []

  constructor (capacity: number) {
    this.#capacity = capacity
  }

  /** Oldest first. */
  get list (): readonly T[] {
    return this.#list
  }

  add (transition: T): void {
    this.#list.push(transition)
    if (this.#list.length <= this.#capacity) return
    const counts = countsOf(this.#list.map(subjectOf))
    const most = Math.max(...counts.values())
    this.#list.splice(this.#list.findIndex(other => counts.get(subjectOf(other)) === most), 1)
  }

  /** Empties it, and returns what was in it. */
  take (): T[] {
    const taken = this.#list
    this.#list = []
    return taken
  }
}
