import { isSum, type ContainerStats } from '../engine/wire-stats.ts'
import { gainOf, lastKnownOf, plausible, total, type Gain } from './gains.ts'
import type { Rates, Sample } from '../model/sample.ts'

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

/**
 * A sample as it is for a container without a network of its own: counters that are there are shown, but Podman's zeros
 * say nothing.
 */
export function withoutZeroTraffic (sample: Sample): Sample {
  if (!sample.interfaces || sample.rxBytes || sample.txBytes) return sample
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

type Moment = Pick<Sample, 'atMonotonic' | 'readAt'>

/**
 * Seconds between two samples by the Engine's clock, or by ours where that was set meanwhile: then they differ by more
 * than a fifth. Null when no time went by.
 */
function elapsed (now: Moment, before: Moment): number | null {
  const read = (now.readAt - before.readAt) / 1000
  const received = (now.atMonotonic - before.atMonotonic) / 1000
  const wasSet = Math.abs(read - received) > Math.max(CLOCK_STEP, received / 5)
  const seconds = wasSet ? received : read
  return seconds > 0 ? seconds : null
}

/** A gain per second; null where a counter began again in between. */
const rate = ({ gained, isReset }: Gain, seconds: number | null): number | null =>
  gained === null || isReset || seconds === null ? null : gained / seconds

/** CPU time is unknown until it was once above 0: a kernel without the controller counts nothing. */
const cpuTime = (total: number | null, before: Sample | null) =>
  total === 0 && before?.cpuNanoseconds == null ? null : total

function cpuCores (now: number | null, before: Sample | null, seconds: number | null): number | null {
  const old = before?.cpuNanoseconds
  return now === null || old == null || seconds === null || now < old ? null : (now - old) / 1e9 / seconds
}

/** Whether a container was started anew between two samples: its CPU time fell. */
export const hasBegunAgain = ({ cpuNanoseconds }: Pick<Sample, 'cpuNanoseconds'>, before: Sample | null): boolean =>
  cpuNanoseconds !== null && cpuNanoseconds < (before?.cpuNanoseconds ?? 0)

/** When a sample was received, and what is known of the container since the one before. */
export interface Receipt {
  /** Milliseconds since the epoch, and by the monotonic clock. */
  at: number
  atMonotonic: number
  /** How often it was connected to a network since. */
  connections?: number
}

const TRAFFIC = ['rxBytes', 'txBytes'] as const
const BLOCK_IO = ['readBytes', 'writeBytes'] as const

/**
 * Turns the Engine's stats into a sample.
 * @param before the container's sample before this one, null when it has none
 */
export function sampleOf (stats: ContainerStats, receipt: Receipt, before: Sample | null): Sample {
  const { cpu, memory, pids } = stats
  const { at, atMonotonic, connections: arrivals = 0 } = receipt
  const readAt = Date.parse(stats.read)
  const seconds = before && elapsed({ atMonotonic, readAt }, before)
  const received = { at: atMonotonic, seconds: seconds ?? 0 }
  const cpuNanoseconds = cpuTime(cpu.total, before)
  const sums = hasBegunAgain({ cpuNanoseconds }, before) ? {} : { isSum }
  const traffic = { now: stats.networks, before: before?.interfaces, arrivals, lastKnown: before?.lastKnown, ...sums }
  const blocks = { now: stats.blockIo, before: before?.blockDevices, ...sums }
  traffic.now = plausible(traffic, TRAFFIC, received)
  blocks.now = plausible(blocks, BLOCK_IO, received)
  const [rx, tx] = [gainOf(traffic, 'rxBytes'), gainOf(traffic, 'txBytes')]
  const isCounted = cpuNanoseconds !== null
  return Object.freeze({
    at,
    atMonotonic,
    readAt,
    cpuNanoseconds,
    cpuUserNanoseconds: isCounted ? cpu.user : null,
    cpuSystemNanoseconds: isCounted ? cpu.system : null,
    cpuPeriods: cpu.periods,
    cpuThrottledPeriods: cpu.throttledPeriods,
    cpuThrottledNanoseconds: cpu.throttled,
    cpuCores: cpuCores(cpuNanoseconds, before, seconds),
    memoryBytes: memoryInUse(memory),
    memoryUsageBytes: memory.usage,
    memoryCacheBytes: memory.cache,
    memorySwapBytes: memory.swap,
    memoryLimitBytes: memory.limit,
    interfaces: traffic.now,
    rxBytes: total(traffic.now, 'rxBytes'),
    txBytes: total(traffic.now, 'txBytes'),
    rxBytesDelta: rx.gained,
    txBytesDelta: tx.gained,
    rxBytesPerSecond: before && rate(rx, seconds),
    txBytesPerSecond: before && rate(tx, seconds),
    lastKnown: before && lastKnownOf(traffic, TRAFFIC, before.atMonotonic),
    blockDevices: blocks.now,
    blockReadBytes: total(blocks.now, 'readBytes'),
    blockWriteBytes: total(blocks.now, 'writeBytes'),
    blockReadBytesPerSecond: before && rate(gainOf(blocks, 'readBytes'), seconds),
    blockWriteBytesPerSecond: before && rate(gainOf(blocks, 'writeBytes'), seconds),
    pids: pids.current
  })
}
