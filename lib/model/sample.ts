/** Counters of one interface since the container started; null if missing or implausible. */
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

/** The last known value of each counter and its time on the monotonic clock, keyed by part and counter. */
export type LastKnown = Readonly<Record<string, { value: number, at: number }>>

/** Rates since the previous sample; null without one. */
export interface Rates {
  /** 1 is one CPU at full load. */
  cpuCores: number | null
  rxBytesPerSecond: number | null
  txBytesPerSecond: number | null
  blockReadBytesPerSecond: number | null
  blockWriteBytesPerSecond: number | null
}

/** The stats of one container from one poll. Counters start with the container; unknown values are null. */
export interface Sample extends Rates {
  /** When we received the sample, milliseconds since the epoch. */
  at: number
  atMonotonic: number
  /** When the Engine took the sample, by its own clock, milliseconds since the epoch. */
  readAt: number
  cpuNanoseconds: number | null
  cpuUserNanoseconds: number | null
  cpuSystemNanoseconds: number | null
  /** Periods in which the CPU limit was enforced, how many of them were throttled, and for how long. */
  cpuPeriods: number | null
  cpuThrottledPeriods: number | null
  cpuThrottledNanoseconds: number | null
  /** Working set, as in `docker stats`: without inactive file cache. */
  memoryBytes: number | null
  memoryUsageBytes: number | null
  memoryCacheBytes: number | null
  memorySwapBytes: number | null
  /** As the Engine reports it; `memoryLimitOf` gives the effective limit. */
  memoryLimitBytes: number | null
  /** Null if the container has no network of its own (host, none). */
  interfaces: Readonly<Record<string, InterfaceStats>> | null
  rxBytes: number | null
  txBytes: number | null
  /** Bytes since the previous sample: the whole counter after a start or reset, null after an unknown value. */
  rxBytesDelta: number | null
  txBytesDelta: number | null
  /** Interface counters from before they became unknown; null if all are known. */
  lastKnown: LastKnown | null
  blockDevices: Readonly<Record<string, DeviceStats>> | null
  blockReadBytes: number | null
  blockWriteBytes: number | null
  /** Processes and threads. */
  pids: number | null
}
