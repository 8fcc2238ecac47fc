import type { EngineInfo, EngineServer, EventsState } from './engine.ts'
import type { Labels } from './labels.ts'
import type { Sample } from './sample.ts'

/** What a container may use; null where no limit is set. */
export interface ResourceLimits {
  /** CPUs' worth of time. */
  cpus: number | null
  /** Bytes. */
  memoryBytes: number | null
  pids: number | null
}

export interface ContainerSnapshot {
  id: string
  name: string
  image: string
  state: string
  /** What it was created with; `networkScope` says where its traffic happens now. */
  networkMode: string | null
  /** Names of the networks that it is connected to; null while that is not known. */
  networks: readonly string[] | null
  /** `starting`, `healthy` or `unhealthy`; null unless it runs, without a health check, or while that is not known. */
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
  limits: ResourceLimits | null
  /** The memory that it may use, bytes: see `memoryLimitOf`. */
  memoryLimitBytes: number | null
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

/** What single calls or containers cannot give, while the host is up. */
export interface Problem {
  /** The call: `list`, `info`, `inspect`, `stats`, `all stats` (Podman's in one request) or `events`. */
  what: string
  code: string
  message: string
  /** When it began, ISO 8601. */
  since: string
  /** Names of the containers that it is about, none where it is about all of them. */
  containers: readonly string[]
}

/** How long single calls may take now, milliseconds: they adapt to what the Engine shows. */
export interface Deadlines {
  listMs: number
  infoMs: number
  inspectMs: number
  statsMs: number
}

/** What is known of one host: plain data, frozen, replaced whole. */
export interface HostSnapshot {
  host: string
  /** Of the collector that made it: each counts its versions anew. */
  epoch: string
  /** Counts the snapshots of this host. */
  version: number
  /** When this was made, milliseconds since the epoch, and by the monotonic clock. */
  at: number
  atMonotonic: number
  /** When a poll last succeeded, milliseconds since the epoch, and by the monotonic clock. */
  lastSeen: number | null
  lastSeenMonotonic: number | null
  /** Whether the Engine answers; null until the first poll has ended. */
  up: boolean | null
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
  /** What does not work though the host is up. */
  problems: readonly Problem[]
  deadlines: Deadlines
  /** Whether it is known which containers there are. */
  isListed: boolean
  /** Newest first. */
  containers: readonly ContainerSnapshot[]
}
