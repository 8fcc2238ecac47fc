import type { ContainerStats, InterfaceStats } from '../engine/wire-stats.ts'

/** What came in and went out since the sample before; null without one. */
interface Rates {
  /** CPUs' worth of time: 1 is one CPU all the time. */
  cpuCores: number | null
  rxBytesPerSecond: number | null
  txBytesPerSecond: number | null
  blockReadBytesPerSecond: number | null
  blockWriteBytesPerSecond: number | null
}

/** What one poll learned of one container from its stats. Counters run since the container started; unknown is null. */
export interface Sample extends Rates {
  /** When the sample was received, milliseconds since the epoch. */
  at: number
  /** When the Engine took it by its own clock, milliseconds since the epoch. */
  readAt: number
  cpuNanoseconds: number | null
  cpuUserNanoseconds: number | null
  cpuSystemNanoseconds: number | null
  /** Periods in which the CPU limit was enforced, those of them that met it, and the time that was taken off. */
  cpuPeriods: number | null
  cpuThrottledPeriods: number | null
  cpuThrottledNanoseconds: number | null
  /** Bytes without inactive file cache, as `docker stats` shows them: the working set. */
  memoryBytes: number | null
  /** Bytes with the page cache. */
  memoryUsageBytes: number | null
  memoryCacheBytes: number | null
  memorySwapBytes: number | null
  /** What was set, else what the host has. */
  memoryLimitBytes: number | null
  /** Null without a network of its own (host, none). */
  interfaces: Readonly<Record<string, InterfaceStats>> | null
  /** Bytes over all interfaces; null without a network of its own (host, none). */
  rxBytes: number | null
  txBytes: number | null
  /** Bytes since the sample before; the whole counter after a start or a reset. */
  rxBytesDelta: number | null
  txBytesDelta: number | null
  /** Bytes over all devices. */
  blockReadBytes: number | null
  blockWriteBytes: number | null
  /** Processes and threads. */
  pids: number | null
}

const noRates: Rates = {
  cpuCores: null,
  rxBytesPerSecond: null,
  txBytesPerSecond: null,
  blockReadBytesPerSecond: null,
  blockWriteBytesPerSecond: null
}

/** Seconds by which a clock has been set rather than read late. */
const CLOCK_STEP = 1

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
  return Object.freeze({
    ...sample,
    interfaces: null,
    rxBytes: null,
    txBytes: null,
    rxBytesDelta: null,
    txBytesDelta: null,
    rxBytesPerSecond: null,
    txBytesPerSecond: null
  })
}

/** The same sample when a poll brought none: nothing is known of what it has gained since. */
export const withoutGains = (sample: Sample): Sample =>
  Object.freeze({ ...sample, ...noRates, rxBytesDelta: null, txBytesDelta: null })

/** What a counter gained since `before`; a counter that went back began anew. */
function gained (now: number | null, before: number | null | undefined): number | null {
  return now === null ? null : now - (before != null && before <= now ? before : 0)
}

/** The counters that rates are made of; each begins anew with the container. */
const COUNTERS = ['cpuNanoseconds', 'rxBytes', 'txBytes', 'blockReadBytes', 'blockWriteBytes'] as const
type Counters = Pick<Sample, 'at' | 'readAt' | typeof COUNTERS[number]>

/**
 * Seconds between two samples by the Engine's clock, or by ours where that was set meanwhile: then they differ by more
 * than a fifth. Null when no time went by.
 */
function elapsed (now: Counters, before: Counters): number | null {
  const read = (now.readAt - before.readAt) / 1000
  const received = (now.at - before.at) / 1000
  const wasSet = Math.abs(read - received) > Math.max(CLOCK_STEP, received / 5)
  const seconds = wasSet ? received : read
  return seconds > 0 ? seconds : null
}

/** Δcounter / Δ`read`; null for all of them where one went back: the container has begun anew. */
function ratesOf (now: Counters, before: Counters | null): Rates {
  const seconds = before && elapsed(now, before)
  if (!before || seconds === null) return noRates
  if (COUNTERS.some(name => (now[name] ?? Infinity) < (before[name] ?? 0))) return noRates
  const perSecond = (name: typeof COUNTERS[number]) => {
    const [value, old] = [now[name], before[name]]
    return value === null || old === null ? null : (value - old) / seconds
  }
  const cpu = perSecond('cpuNanoseconds')
  return {
    cpuCores: cpu === null ? null : cpu / 1e9,
    rxBytesPerSecond: perSecond('rxBytes'),
    txBytesPerSecond: perSecond('txBytes'),
    blockReadBytesPerSecond: perSecond('blockReadBytes'),
    blockWriteBytesPerSecond: perSecond('blockWriteBytes')
  }
}

/**
 * Turns the Engine's stats into a sample.
 * @param at when they were received, milliseconds since the epoch
 * @param before the container's sample before this one, null when it has none
 */
export function sampleOf (stats: ContainerStats, at: number, before: Sample | null): Sample {
  const { read, cpu, memory, networks, blockIo, pids } = stats
  const interfaces = networks && Object.values(networks)
  const sum = (direction: 'rxBytes' | 'txBytes') =>
    interfaces && interfaces.reduce((total, entry) => total + entry[direction], 0)
  const counters = {
    at,
    readAt: Date.parse(read),
    cpuNanoseconds: cpu.total,
    rxBytes: sum('rxBytes'),
    txBytes: sum('txBytes'),
    blockReadBytes: blockIo && blockIo.read,
    blockWriteBytes: blockIo && blockIo.write
  }
  // A literal that begins with a spread and goes on gets a hidden class of its own from V8, each time.
  return Object.freeze({
    cpuUserNanoseconds: cpu.user,
    cpuSystemNanoseconds: cpu.system,
    cpuPeriods: cpu.periods,
    cpuThrottledPeriods: cpu.throttledPeriods,
    cpuThrottledNanoseconds: cpu.throttled,
    memoryBytes: memoryInUse(memory),
    memoryUsageBytes: memory.usage,
    memoryCacheBytes: memory.cache,
    memorySwapBytes: memory.swap,
    memoryLimitBytes: memory.limit,
    interfaces: networks,
    rxBytesDelta: gained(counters.rxBytes, before?.rxBytes),
    txBytesDelta: gained(counters.txBytes, before?.txBytes),
    pids: pids.current,
    ...counters,
    ...ratesOf(counters, before)
  })
}
