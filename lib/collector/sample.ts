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

/** A difference of more seconds than this means that a clock was set, not that a sample was late. */
const CLOCK_STEP = 1

/**
 * Memory usage without inactive file cache.
 * Source: docker/cli `cli/command/container/stats_helpers.go`, calculateMemUsageUnixNoCache.
 */
export function memoryInUse ({ usage, totalInactiveFile, inactiveFile }: ContainerStats['memory']): number | null {
  if (usage === null) return null
  const cache = [totalInactiveFile, inactiveFile].find(bytes => bytes !== null && bytes < usage)
  return usage - (cache ?? 0)
}

/** Podman reports zeros for containers without a network of their own: turns those into null. */
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

/** The last sample, to show after a poll without one: increases and rates are unknown then. */
export const withoutGains = (sample: Sample): Sample =>
  Object.freeze({ ...sample, ...noRates, rxBytesDelta: null, txBytesDelta: null })

type Moment = Pick<Sample, 'atMonotonic' | 'readAt'>

/**
 * Seconds between two samples on the Engine's clock, or on ours if they differ by more than a fifth, because then the
 * Engine's clock was set. Null if no time has passed.
 */
function elapsed (now: Moment, before: Moment): number | null {
  const read = (now.readAt - before.readAt) / 1000
  const received = (now.atMonotonic - before.atMonotonic) / 1000
  const wasSet = Math.abs(read - received) > Math.max(CLOCK_STEP, received / 5)
  const seconds = wasSet ? received : read
  return seconds > 0 ? seconds : null
}

const rate = ({ gained, isReset }: Gain, seconds: number | null): number | null =>
  gained === null || isReset || seconds === null ? null : gained / seconds

/** CPU time is unknown until it exceeds 0, because a kernel without the cgroup controller reports 0. */
const cpuTime = (total: number | null, before: Sample | null) =>
  total === 0 && before?.cpuNanoseconds == null ? null : total

function cpuCores (now: number | null, before: Sample | null, seconds: number | null): number | null {
  const old = before?.cpuNanoseconds
  return now === null || old == null || seconds === null || now < old ? null : (now - old) / 1e9 / seconds
}

/** Whether the container restarted between two samples: its CPU time fell. */
export const hasBegunAgain = ({ cpuNanoseconds }: Pick<Sample, 'cpuNanoseconds'>, before: Sample | null): boolean =>
  cpuNanoseconds !== null && cpuNanoseconds < (before?.cpuNanoseconds ?? 0)

/** When a sample was received, and what happened to the container since the previous one. */
export interface Receipt {
  /** Milliseconds since the epoch, and on the monotonic clock. */
  at: number
  atMonotonic: number
  /** How many networks it has joined since. */
  connections?: number
}

const TRAFFIC = ['rxBytes', 'txBytes'] as const
const BLOCK_IO = ['readBytes', 'writeBytes'] as const

/** Turns the Engine's stats into a sample; `before` is the previous sample of the same container. */
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
