import type { ContainerDetails, ContainerSummary, EngineInfo, Labels } from '../engine/wire.ts'
import type { EngineServer } from '../engine/negotiate.ts'
import type { ContainerRecord } from './container-set.ts'
import { sampleIn, type Sample } from './sample.ts'
import type { EventsState } from './watch.ts'

export interface ContainerSnapshot {
  id: string
  name: string
  image: string
  state: string
  networkMode: string | null
  /** `starting`, `healthy` or `unhealthy`; null without a health check, or while that is not known. */
  health: string | null
  /** Of the last run that ended. */
  exitCode: number | null
  /** Whether the kernel ended a process of it for lack of memory; it may run all the same. */
  oomKilled: boolean | null
  /** RFC 3339, by the Engine's clock. */
  startedAt: string | null
  restartCount: number | null
  /** Those that are kept, see `keptLabels`. */
  labels: Labels
  /** What was set when it was created; null while it has not been inspected. */
  limits: ContainerDetails['limits'] | null
  /** How often the kernel ended a process of it for lack of memory, since this service knows it. */
  oomEvents: number
  /** The latest sample; null while the container does not run, or when the Engine has long had none. */
  sample: Sample | null
}

/** What a collector says of itself. */
export interface PollStatus {
  /** How long the last poll took, milliseconds. */
  durationMs: number | null
  /** The wait between polls, milliseconds: as configured, or longer where polls take long. */
  intervalMs: number
  /** Whether the Engine answers, but gives no stats of any container. */
  isStalled: boolean
}

/** What is known of one host: plain data, frozen, replaced whole. */
export interface HostSnapshot {
  host: string
  /** Counts the snapshots of this host. */
  version: number
  /** When this was made, milliseconds since the epoch. */
  at: number
  /** When a poll last succeeded, milliseconds since the epoch. */
  lastSeen: number | null
  up: boolean
  /** What the last poll ended with, null when it succeeded. */
  error: { code: string, message: string } | null
  /** Null until the Engine has answered once. */
  engine: (EngineServer & EngineInfo) | null
  /** Where the Engine is asked. */
  address: string
  poll: PollStatus
  /** Polls that failed since the start, by the code of the error. */
  pollErrors: Readonly<Record<string, number>>
  /** Requests sent to the Engine since the start, by endpoint. */
  requests: Readonly<Record<string, number>>
  /** Rights that a proxy in front of the Engine does not grant, in its own words, such as `INFO=1`. */
  missingRights: readonly string[]
  /** When the first of the certificates ends that the Engine is asked with, ISO 8601; null while unknown. */
  certificateExpiresAt: string | null
  /** Whether the Engine tells changes as they happen. */
  events: EventsState
  /** Newest first. */
  containers: readonly ContainerSnapshot[]
}

/** The container's own name: link aliases have a second slash. A dead container may have none, then its short id. */
export function nameOf ({ id, names }: Pick<ContainerSummary, 'id' | 'names'>): string {
  const name = names.find(entry => entry.lastIndexOf('/') <= 0)
  return name?.replace('/', '') || id.slice(0, 12)
}

/** What is shown of a container: its record, and its sample where it has one. */
export function containerSnapshotOf (record: ContainerRecord, sample: Sample | null): ContainerSnapshot {
  const { id, image, state, networkMode, labels, oomEvents = 0 } = record
  return Object.freeze({
    id,
    name: nameOf(record),
    image,
    state,
    networkMode,
    health: record.health ?? null,
    exitCode: record.exitCode ?? null,
    oomKilled: record.oomKilled ?? null,
    startedAt: record.startedAt ?? null,
    restartCount: record.restartCount ?? null,
    labels,
    limits: record.limits ?? null,
    oomEvents,
    sample: sample && sampleIn(networkMode, sample)
  })
}
