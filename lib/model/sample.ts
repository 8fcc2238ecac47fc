/** Counters of one interface since the container started; null where the Engine does not say, or says nonsense. */
export interface InterfaceStats {
  rxBytes: number | null
  txBytes: number | null
  rxPackets: number | null
  txPackets: number | null
  rxDropped: number | null
  txDropped: number | null
}

/** Bytes of one block device since the container started. */
export interface DeviceStats {
  readBytes: number | null
  writeBytes: number | null
}

/** What counters were when they were last known, and when that was by the monotonic clock; by part and counter. */
export type LastKnown = Readonly<Record<string, { value: number, at: number }>>

/** What came in and went out since the sample before; null without one. */
export interface Rates {
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
  /** The same by the monotonic clock, milliseconds. */
  atMonotonic: number
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
  /** As the Engine says it with the sample; `memoryLimitOf` has the limit to show. */
  memoryLimitBytes: number | null
  /** Null without a network of its own (host, none). */
  interfaces: Readonly<Record<string, InterfaceStats>> | null
  /** Bytes over all interfaces; null without a network of its own (host, none). */
  rxBytes: number | null
  txBytes: number | null
  /** Bytes since the sample before; the whole counter after a start or a reset. Null after an unknown value. */
  rxBytesDelta: number | null
  txBytesDelta: number | null
  /** What counters of interfaces were before they became unknown; null where all are known. */
  lastKnown: LastKnown | null
  /** Null where the Engine reports none. */
  blockDevices: Readonly<Record<string, DeviceStats>> | null
  /** Bytes over all devices. */
  blockReadBytes: number | null
  blockWriteBytes: number | null
  /** Processes and threads. */
  pids: number | null
}
