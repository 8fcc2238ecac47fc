import type { Bounds } from './adaptive-limit.ts'

/** The times of a collector, in milliseconds, and how much it asks at a time. */
export interface CollectorTiming {
  /** From the end of a poll to the start of the next. */
  interval: number
  /** The collectors begin within this time, each at its place. */
  startWithin: number
  /** For single calls. */
  limits: { list: Bounds, info: Bounds, inspect: Bounds, stats: Bounds }
  /** How long a poll waits for a list before it goes on with the containers that are known. */
  listPatience: number
  /** Stats calls at a time, where an Engine collects within the call: each keeps a connection. */
  statsAtOnce: number
  /** Between two lists while events are live. */
  resync: number
  /** How old the last containers of a host out of reach may get, at least. */
  staleAfter: number
  /** After how long without a poll a host counts as stalled, at least. */
  stalledAfter: number
  /** The longest wait before a host out of reach is tried again. */
  backOffMost: number
  /** How long a container whose stats hang is left alone, at first and at most. */
  hungFirst: number
  hungMost: number
  /** How long the first list waits for the event stream to open. */
  openWithin: number
  /** Before a lost event stream is opened again, at first and at most. */
  retryFirst: number
  retryMost: number
  /** How long an event stream must have been open before its next loss counts as the first. */
  steadyAfter: number
  /** Before a call that is not allowed is tried again. */
  refusedRetry: number
  /** Before all stats are asked for in one request again, where that failed. */
  bulkRetry: number
  /** How old a container's record may get without events, and with them. */
  recordAge: number
  recordAgeLive: number
  /** The age at which an event stream is opened anew, so that proxies can be stopped. */
  streamAge: number
  /** The shortest time between two snapshots that events cause. */
  settle: number
}

/** Milliseconds of their own for the first poll and inspections of each host: 100 containers take a quarter of them. */
const START = 100

/** Connections for stats that a fleet shares: a process may open some 20,000 files, and each takes memory. */
const SHARED = 5000

/** What single calls may take: what is asked in every poll less than what is asked once a minute. */
const LIMITS: CollectorTiming['limits'] = {
  list: { first: 10_000, least: 5000, most: 30_000 },
  info: { first: 3000, least: 2000, most: 10_000 },
  inspect: { first: 5000, least: 2000, most: 20_000 },
  stats: { first: 5000, least: 2000, most: 20_000 }
}

/**
 * The times of the collectors of a configuration.
 * @param mintimeout milliseconds between polls
 * @param resync milliseconds between lists
 * @param hosts how many there are
 */
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
