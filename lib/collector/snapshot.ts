import type { ContainerStats, ContainerSummary, EngineInfo } from '../engine/wire.ts'
import type { EngineServer } from '../engine/negotiate.ts'
import type { EventsState } from './watch.ts'

/** What one poll learned of one container from its stats. Counters run since the container started; unknown is null. */
export interface Sample {
  /** When the sample was received, milliseconds since the epoch. */
  at: number
  cpuNanoseconds: number | null
  /** Bytes without inactive file cache, as `docker stats` shows them. */
  memoryBytes: number | null
  memoryLimitBytes: number | null
  /** Bytes over all interfaces; null without a network of its own (host, none). */
  rxBytes: number | null
  txBytes: number | null
  /** Bytes since the sample before; the whole counter after a start or a reset. */
  rxBytesDelta: number | null
  txBytesDelta: number | null
}

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

/**
 * Memory in use, in bytes: inactive file cache taken off where it is less than the usage.
 * Source: docker/cli `cli/command/container/stats_helpers.go`, calculateMemUsageUnixNoCache.
 */
export function memoryInUse ({ usage, totalInactiveFile, inactiveFile }: ContainerStats['memory']): number | null {
  if (usage === null) return null
  const cache = [totalInactiveFile, inactiveFile].find(bytes => bytes !== null && bytes < usage)
  return usage - (cache ?? 0)
}

/** A sample as it is for a network mode: without a network of its own nothing is counted, though Podman says 0. */
export function sampleIn (networkMode: string | null, sample: Sample): Sample {
  if (networkMode !== 'host' && networkMode !== 'none') return sample
  return Object.freeze({ ...sample, rxBytes: null, txBytes: null, rxBytesDelta: null, txBytesDelta: null })
}

/** What a counter gained since `before`; a counter that went back began anew. */
function gained (now: number | null, before: number | null | undefined): number | null {
  return now === null ? null : now - (before != null && before <= now ? before : 0)
}

/**
 * Turns the Engine's stats into a sample.
 * @param at when they were received, milliseconds since the epoch
 * @param before the container's sample before this one, null when it has none
 */
export function sampleOf (stats: ContainerStats, at: number, before: Sample | null): Sample {
  const interfaces = stats.networks && Object.values(stats.networks)
  const sum = (direction: 'rxBytes' | 'txBytes') =>
    interfaces && interfaces.reduce((total, entry) => total + entry[direction], 0)
  const rxBytes = sum('rxBytes')
  const txBytes = sum('txBytes')
  return Object.freeze({
    at,
    cpuNanoseconds: stats.cpuNanoseconds,
    memoryBytes: memoryInUse(stats.memory),
    memoryLimitBytes: stats.memory.limit,
    rxBytes,
    txBytes,
    rxBytesDelta: gained(rxBytes, before?.rxBytes),
    txBytesDelta: gained(txBytes, before?.txBytes)
  })
}
