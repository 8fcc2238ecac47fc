import { nameOf } from '../model/names.ts'
import { networkScope } from '../model/network.ts'
import type { Sample } from '../model/sample.ts'
import type { ContainerSnapshot } from '../model/snapshot.ts'
import type { ContainerRecord } from './container-record.ts'
import { withoutZeroTraffic } from './sample.ts'

/**
 * The memory that a container may use: the least of what was set, what the Engine says with its stats and what the host
 * has, because no limit is above that; so `docker stats` shows it too. Null while none of them is known.
 */
export function memoryLimitOf (
  { limits }: Pick<ContainerRecord, 'limits'>, sample: Sample | null, hostMemoryBytes: number | null
): number | null {
  const known = [limits?.memoryBytes, sample?.memoryLimitBytes, hostMemoryBytes].filter(bytes => bytes != null)
  return known.length === 0 ? null : Math.min(...known)
}

/** The sample, as it is for a container where its traffic happens. */
function sampleIn (record: ContainerRecord, sample: Sample): Sample {
  const scope = networkScope(record)
  return scope === 'host' || scope === 'none' ? withoutZeroTraffic(sample) : sample
}

/**
 * What is shown of a container: its record, and its sample where it has one.
 * @param hostMemoryBytes null while it is not known
 */
export function containerSnapshotOf (
  record: ContainerRecord, sample: Sample | null, hostMemoryBytes: number | null
): ContainerSnapshot {
  const { id, image, state, networkMode, networks, labels, oomEvents = 0 } = record
  return Object.freeze({
    id,
    name: nameOf(record),
    image,
    state,
    networkMode,
    networks,
    health: state === 'running' ? record.health : null,
    exitCode: record.exitCode ?? null,
    oomKilled: record.oomKilled ?? null,
    startedAt: record.startedAt ?? null,
    restartCount: record.restartCount ?? null,
    labels,
    limits: record.limits ?? null,
    memoryLimitBytes: memoryLimitOf(record, sample, hostMemoryBytes),
    oomEvents,
    sample: sample && sampleIn(record, sample)
  })
}
