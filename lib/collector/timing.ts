/** The times of a collector, in milliseconds, and how much it asks at a time. */
export interface CollectorTiming {
  /** From the end of a poll to the start of the next. */
  interval: number
  /** The collectors begin within this time, each at its place. */
  startWithin: number
  /** For the list of one poll, and for its samples. */
  deadline: number
  /** For one stats call after another on the same connection, where an Engine answers on its tick. */
  turn: number
  /** For one stats call. */
  statsWithin: number
  /** Stats calls at a time, where an Engine collects within the call: each keeps a connection. */
  statsAtOnce: number
  /** Between two lists while events are live. */
  resync: number
  /** How old the last containers of a host out of reach may get, at least. */
  staleAfter: number
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
  /** Before a call that is not allowed is tried again. */
  refusedRetry: number
  /** The age at which an event stream is opened anew, so that proxies can be stopped. */
  streamAge: number
  /** The shortest time between two snapshots that events cause. */
  settle: number
}

/** Milliseconds of their own for the first poll and inspections of each host: 100 containers take a quarter of them. */
const START = 100

/** Connections for stats that a fleet shares: a process may open some 20,000 files, and each takes memory. */
const SHARED = 5000

/**
 * The times of the collectors of a configuration.
 * @param mintimeout milliseconds between polls
 * @param resync milliseconds between lists
 * @param hosts how many there are
 */
export const timingOf = (mintimeout: number, resync: number, hosts = 1): CollectorTiming => ({
  interval: mintimeout,
  startWithin: START * hosts,
  deadline: 15_000,
  turn: 1500,
  statsWithin: Math.min(Math.max(mintimeout, 2000), 8000),
  statsAtOnce: Math.min(Math.max(Math.floor(SHARED / hosts), 5), 16),
  resync,
  staleAfter: 30_000,
  backOffMost: 60_000,
  hungFirst: 30_000,
  hungMost: 600_000,
  openWithin: 1000,
  retryFirst: 1000,
  retryMost: 30_000,
  refusedRetry: 600_000,
  streamAge: 300_000,
  settle: 100
})
