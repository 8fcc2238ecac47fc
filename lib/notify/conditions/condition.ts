import type { HostSnapshot } from '../../model/snapshot.ts'
import type { Transition } from '../../model/transition.ts'
import type { EventName, Occurrence, Signal } from '../events.ts'
import type { Problem } from '../memory.ts'

/** The same moment on both clocks, milliseconds. */
export interface Now {
  wall: number
  monotonic: number
}

/** Finds what a rule may tell about in the snapshots of all its hosts. It has its own state, but no clock. */
export interface Condition {
  /** @param previous null for the first snapshot of a host, and of a new collector */
  see (next: HostSnapshot, previous: HostSnapshot | null, now: Now): Signal[]
  /** What became due without a snapshot. */
  tick? (now: Now): Signal[]
  /** Called when a host was removed from the configuration. */
  forget? (host: string): void
}

export interface Watched {
  /** Whether the rule is about the containers with this name. */
  has (name: string): boolean
  /** The rule's problems that are not over, by the key of their signal. */
  problems: ReadonlyMap<string, Problem>
}

type Container = NonNullable<Occurrence['container']>
export type ContainerTransition = Transition & { container: Container }

/** What happened to the containers that the rule is about since the previous snapshot. */
export const transitionsIn = ({ transitions }: HostSnapshot, previous: HostSnapshot | null, { has }: Watched) =>
  previous === null
    ? []
    : transitions.filter((entry): entry is ContainerTransition => entry.container !== null && has(entry.container.name))

export const keyOf = (...parts: readonly (string | number)[]): string => JSON.stringify(parts)

export const problemsOf = ({ problems }: Watched, event: EventName, host: string): [string, Problem][] =>
  [...problems].filter(([, problem]) => problem.event === event && problem.host === host)

export const occurrenceOf = (
  given: Pick<Occurrence, 'event' | 'at' | 'host'> & Partial<Occurrence>
): Occurrence => ({ container: null, detail: '', exitCode: null, percent: null, ends: null, ...given })

/** The end of a problem that is news only for targets that track problems. */
export const quietEnd = (key: string, { event, host, container }: Problem, at: number): Signal =>
  ({ kind: 'end', key, isQuiet: true, occurrence: occurrenceOf({ event, at, host, container }) })
