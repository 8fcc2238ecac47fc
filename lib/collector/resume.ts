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

/** What identifies something that happened, whichever collector heard of it. */
export const keyOf = ({ container, action, at }: Pick<Transition, 'container' | 'action' | 'at'>): string =>
  `${container?.id} ${action} ${at}`

/** What a snapshot says of the host, without what only its own collector knows. */
export const conditionOf = (
  { up, error, lastSeen, lastSeenMonotonic, engine, pollErrors, isListed, containers, transitionCounts }: HostSnapshot
): Partial<HostSnapshot> =>
  ({ up, error, lastSeen, lastSeenMonotonic, engine, pollErrors, isListed, containers, transitionCounts })

/**
 * The containers of a snapshot, oldest first.
 * @param inspectedAt on the monotonic clock
 */
export const recordsOf = ({ containers }: HostSnapshot, inspectedAt: number): ContainerRecord[] =>
  containers.toReversed().map(({ name, sample, memoryLimitBytes, limits, ...known }) => ({
    ...known,
    ...limits && { limits },
    names: [`/${name}`],
    oomKilled: known.oomKilled ?? false,
    created: 0,
    started: null,
    inspectedAt
  }))

export const samplesOf = ({ containers }: HostSnapshot): Map<string, Sample> =>
  new Map(containers.flatMap(({ id, sample }) => sample ? [[id, sample] as const] : []))
