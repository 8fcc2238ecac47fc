import type { HostSnapshot } from '../model/snapshot.ts'
import type { Sample } from '../model/sample.ts'
import type { Transition } from '../model/transition.ts'
import type { ContainerRecord } from './container-record.ts'

/** Where another collector of the same host ended, perhaps in another process, so that this one goes on from there. */
export interface Resume {
  /** Its last snapshot, with monotonic times on our clock. */
  snapshot: HostSnapshot
  /** The latest transitions that it told. */
  transitions: readonly Transition[]
}

interface Happening extends Pick<Transition, 'action' | 'at'> {
  container: { id: string } | null
}

/** What identifies something that happened, whichever collector heard of it. */
export const keyOf = ({ container, action, at }: Happening): string => `${container?.id} ${action} ${at}`

/** Those of the transitions that are not known yet. */
export function newsIn (transitions: readonly Transition[], known: readonly Transition[]): readonly Transition[] {
  if (transitions.length === 0) return transitions
  const keys = new Set(known.map(keyOf))
  return transitions.filter(transition => !keys.has(keyOf(transition)))
}

/** Up to when the other collector has heard of everything, on the monotonic clock. */
export const heardAtOf = ({ snapshot: { events, atMonotonic, lastSeenMonotonic } }: Resume): number | undefined =>
  events === 'live' ? atMonotonic : lastSeenMonotonic ?? undefined

/** What a snapshot says of the host, without what only its own collector knows, such as that its replica is lost. */
export const conditionOf = (
  { up, error, lastSeen, lastSeenMonotonic, engine, pollErrors, isListed, containers, transitionCounts }: HostSnapshot
): Partial<HostSnapshot> => ({
  up,
  error: up ? null : error,
  lastSeen,
  lastSeenMonotonic,
  engine,
  pollErrors,
  isListed,
  containers,
  transitionCounts
})

/**
 * The containers of a snapshot, oldest first. Those without limits were not inspected yet.
 * @param inspectedAt when the others were, on the monotonic clock
 */
export const recordsOf = ({ containers }: HostSnapshot, inspectedAt: number): ContainerRecord[] =>
  containers.toReversed().map(({ name, sample, memoryLimitBytes, limits, oomKilled, ...known }) => ({
    ...known,
    ...limits && { limits, inspectedAt },
    ...oomKilled !== null && { oomKilled },
    names: [`/${name}`],
    created: 0,
    started: null
  }))

/** The complete records of a host without events, to compare the first list with; null if events tell what happens. */
export const listedOf = ({ snapshot }: Resume): Map<string, ContainerRecord | undefined> | null =>
  snapshot.events !== 'refused'
    ? null
    : new Map(recordsOf(snapshot, 0).map(record => [record.id, record.inspectedAt === undefined ? undefined : record]))

export const samplesOf = ({ containers }: HostSnapshot): Map<string, Sample> =>
  new Map(containers.flatMap(({ id, sample }) => sample ? [[id, sample] as const] : []))
