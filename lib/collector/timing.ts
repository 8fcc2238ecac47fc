import type { Bounds } from './adaptive-limit.ts'

/** The timing of a collector, in milliseconds, and its concurrency. */
export interface CollectorTiming {
  /** From the end of a poll to the start of the next. */
  interval: number
  /** All collectors start within this time, evenly spread. */
  startWithin: number
  limits: { list: Bounds, info: Bounds, inspect: Bounds, stats: Bounds }
  /** How long a poll waits for a list before it continues with the known containers. */
  listPatience: number
  /** Concurrent stats calls, unless the Engine answers on its tick; each occupies a connection. */
  statsAtOnce: number
  /** Between lists while events are live. */
  resync: number
  /** How long the containers of an unreachable host stay, at least. */
  staleAfter: number
  /** Time without a poll after which a host counts as stalled, at least. */
  stalledAfter: number
  /** Maximum wait before an unreachable host is tried again. */
  backOffMost: number
  /** Initial and maximum quarantine of a container whose calls hang. */
  hungFirst: number
  hungMost: number
  /** How long the first list waits for the event stream to open. */
  openWithin: number
  /** Initial and maximum wait before a lost event stream is reopened. */
  retryFirst: number
  retryMost: number
  /** An event stream that was open this long resets the back-off. */
  steadyAfter: number
  refusedRetry: number
  /** Before Podman's bulk stats request is tried again after a failure. */
  bulkRetry: number
  /** Maximum age of a container's record without and with live events. */
  recordAge: number
  recordAgeLive: number
  /** Age at which an event stream is reopened, so that proxies can shut down. */
  streamAge: number
  /** Minimum time between two snapshots caused by events. */
  settle: number
}

/** Milliseconds per host for its first poll and inspections; 100 containers need a quarter of that. */
const START = 100

/** Stats connections shared by all hosts: a process can open some 20,000 files, and each connection takes memory. */
const SHARED = 5000

/** Calls of every poll get less time than those made once a minute. */
const LIMITS: CollectorTiming['limits'] = {
  list: { first: 10_000, least: 5000, most: 30_000 },
  info: { first: 3000, least: 2000, most: 10_000 },
  inspect: { first: 5000, least: 2000, most: 20_000 },
  stats: { first: 5000, least: 2000, most: 20_000 }
}

/** Derives the timing from the configuration; `mintimeout` (between polls) and `resync` are milliseconds. */
export const timingOf = (mintimeout: number, resync: number, hosts = 1): CollectorTiming => ({
  interval: mintimeout,
  startWithin: START * hosts,
  limits: LIMITS,
  listPatience: 1000,
  statsAtOnce: Math.min(Math.max(Math.floor(SHARED / hosts), 5), 16),
  resync,
  staleAfter: 30_000,
  stalledAfter: 10_000,
  backOffMost: 60_000,
  hungFirst: 30_000,
  hungMost: 600_000,
  openWithin: 1000,
  retryFirst: 1000,
  retryMost: 30_000,
  steadyAfter: 10_000,
  refusedRetry: 600_000,
  bulkRetry: 60_000,
  recordAge: 2 * resync,
  recordAgeLive: 30 * resync,
  streamAge: 300_000,
  settle: 100
})
