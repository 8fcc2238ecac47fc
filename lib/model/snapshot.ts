import type { EngineInfo, EngineServer, EventsState } from './engine.ts'
import type { Labels } from './labels.ts'
import type { Sample } from './sample.ts'
import type { Transition, TransitionCount } from './transition.ts'

/** The configured limits of a container; null means unlimited. */
export interface ResourceLimits {
  /** 1 is one CPU at full load. */
  cpus: number | null
  memoryBytes: number | null
  pids: number | null
}

/** One container; null means unknown. */
export interface ContainerSnapshot {
  id: string
  name: string
  image: string
  state: string
  /** As created; `networkScope` tells whose network the container uses now. */
  networkMode: string | null
  networks: readonly string[] | null
  /** `starting`, `healthy` or `unhealthy`; null if not running, without a health check, or unknown. */
  health: string | null
  /** Of the last finished run. */
  exitCode: number | null
  /** Whether the kernel killed one of its processes for lack of memory; the container may still be running. */
  oomKilled: boolean | null
  /** RFC 3339, by the Engine's clock. */
  startedAt: string | null
  restartCount: number | null
  labels: Labels
  limits: ResourceLimits | null
  /** Effective limit, see `memoryLimitOf`. */
  memoryLimitBytes: number | null
  /** `oom` events since this service first saw the container. */
  oomEvents: number
  /** Null if the container is not running or its latest sample is too old. */
  sample: Sample | null
}

export interface PollStatus {
  durationMs: number | null
  /** Wait between polls: as configured, or longer if polls take long. */
  intervalMs: number
  /** Whether the Engine answers but returns no stats for any container. */
  isStalled: boolean
}

/** A call that fails, perhaps only for some containers, while the host is up. */
export interface Problem {
  /** The call: `list`, `info`, `inspect`, `stats`, `all stats` (Podman's bulk request) or `events`. */
  what: string
  code: string
  message: string
  /** ISO 8601. */
  since: string
  /** Names of the affected containers; empty if the call is not about single containers. */
  containers: readonly string[]
}

/** Current deadlines of single calls; they adapt to how fast the Engine answers. */
export interface Deadlines {
  listMs: number
  infoMs: number
  inspectMs: number
  statsMs: number
}

/** Everything we know about one host: plain, frozen data that is replaced as a whole. */
export interface HostSnapshot {
  host: string
  /** Name of the replica that polls the host; null without a cluster. */
  replica: string | null
  /** Of the service that polls it: whether its file is the one in use, and when that was loaded. */
  configuration: { isCurrent: boolean, loadedAt: number }
  /** Identifies the collector that made it; each collector numbers its own versions. */
  epoch: string
  version: number
  /** When it was made, milliseconds since the epoch and on the monotonic clock. */
  at: number
  atMonotonic: number
  /** When a poll last succeeded, on the same two clocks. */
  lastSeen: number | null
  lastSeenMonotonic: number | null
  /** Null until the first poll has ended. */
  up: boolean | null
  /** Why the last poll failed; null if it succeeded. */
  error: { code: string, message: string } | null
  engine: (EngineServer & EngineInfo) | null
  address: string
  poll: PollStatus
  /** Failed polls since the start, by error code. */
  pollErrors: Readonly<Record<string, number>>
  requests: Readonly<Record<string, number>>
  /** Rights that a proxy in front of the Engine denies, as the proxy calls them, such as `INFO=1`. */
  missingRights: readonly string[]
  /** When the first of the certificates in use expires, ISO 8601; null while unknown. */
  certificateExpiresAt: string | null
  events: EventsState
  problems: readonly Problem[]
  deadlines: Deadlines
  /** Whether `containers` is complete. */
  isListed: boolean
  /** Newest first. */
  containers: readonly ContainerSnapshot[]
  /** What has happened since the previous snapshot, by ID. Subscribers of the feed thus hear of everything once. */
  transitions: readonly Transition[]
  /** Of containers that exist or have existed recently, since the first collector of the host started. */
  transitionCounts: readonly TransitionCount[]
}
