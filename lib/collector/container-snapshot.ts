import { nameOf } from '../model/names.ts'
import { networkScope } from '../model/network.ts'
import type { Sample } from '../model/sample.ts'
import type { ContainerSnapshot } from '../model/snapshot.ts'
import type { ContainerRecord } from './container-record.ts'
import { withoutZeroTraffic } from './sample.ts'

/**
 * The effective memory limit: the lowest of the configured limit, the limit in the stats and the memory of the host,
 * as in `docker stats`. Null while all three are unknown.
 */
export function memoryLimitOf (
  { limits }: Pick<ContainerRecord, 'limits'>, sample: Sample | null, hostMemoryBytes: number | null
): number | null {
  const known = [limits?.memoryBytes, sample?.memoryLimitBytes, hostMemoryBytes].filter(bytes => bytes != null)
  return known.length === 0 ? null : Math.min(...known)
}

function sampleIn (record: ContainerRecord, sample: Sample): Sample {
  const scope = networkScope(record)
  return scope === 'host' || scope === 'none' ? withoutZeroTraffic(sample) : sample
}

/** Combines the record and the sample of a container. */
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
