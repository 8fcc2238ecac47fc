import { count, fields, isFields, text, type Fields } from './fields.ts'

/** Counters of one interface since the container started; null where the Engine does not say. */
export interface InterfaceStats {
  rxBytes: number
  txBytes: number
  rxPackets: number | null
  txPackets: number | null
  rxDropped: number | null
  txDropped: number | null
}

/** One sample of `GET /containers/{id}/stats`, counters as the Engine has them since the container started. */
export interface ContainerStats {
  /** When the Engine took it, RFC 3339. */
  read: string
  /** CPU time, nanoseconds; of the throttling periods their number, and the time that was taken off. */
  cpu: {
    total: number | null
    user: number | null
    system: number | null
    periods: number | null
    throttledPeriods: number | null
    throttled: number | null
  }
  /** Bytes. */
  memory: {
    /** Page cache included. */
    usage: number | null
    limit: number | null
    cache: number | null
    swap: number | null
    /** Inactive file cache, by the names of cgroup v1 and v2. */
    totalInactiveFile: number | null
    inactiveFile: number | null
  }
  /** By interface; null when the Engine reports no network (host, none). */
  networks: Readonly<Record<string, InterfaceStats>> | null
  /** Bytes over all devices. */
  blockIo: { read: number, write: number } | null
  /** Processes and threads, and how many there may be; null where no limit is set. */
  pids: { current: number | null, limit: number | null }
}

function cpuIn ({ cpu_usage: usage, throttling_data: throttling }: Fields): ContainerStats['cpu'] {
  const { total_usage: total, usage_in_usermode: user, usage_in_kernelmode: system } = fields(usage)
  const { periods, throttled_periods: throttledPeriods, throttled_time: throttled } = fields(throttling)
  return {
    total: count(total),
    user: count(user),
    system: count(system),
    periods: count(periods),
    throttledPeriods: count(throttledPeriods),
    throttled: count(throttled)
  }
}

function memoryIn ({ usage, limit, stats }: Fields): ContainerStats['memory'] {
  const { cache, file, swap, total_inactive_file: totalInactiveFile, inactive_file: inactiveFile } = fields(stats)
  return {
    usage: count(usage),
    limit: count(limit),
    cache: count(cache) ?? count(file),
    swap: count(swap),
    totalInactiveFile: count(totalInactiveFile),
    inactiveFile: count(inactiveFile)
  }
}

/** Podman has `rios` and the like beside `read` and `write`, cgroup v1 `Sync`, `Total` and others. */
function blockIoIn (entries: unknown): ContainerStats['blockIo'] {
  if (!Array.isArray(entries)) return null
  const sums = { read: 0, write: 0 }
  for (const entry of entries) {
    const { op, value } = fields(entry)
    const direction = text(op)?.toLowerCase()
    if (direction === 'read' || direction === 'write') sums[direction] += count(value) ?? 0
  }
  return sums
}

/** What the counters of an interface are called. */
type InterfaceNames = Readonly<Record<keyof InterfaceStats, string>>

const DOCKER_NAMES: InterfaceNames = {
  rxBytes: 'rx_bytes',
  txBytes: 'tx_bytes',
  rxPackets: 'rx_packets',
  txPackets: 'tx_packets',
  rxDropped: 'rx_dropped',
  txDropped: 'tx_dropped'
}

const PODMAN_NAMES: InterfaceNames = {
  rxBytes: 'RxBytes',
  txBytes: 'TxBytes',
  rxPackets: 'RxPackets',
  txPackets: 'TxPackets',
  rxDropped: 'RxDropped',
  txDropped: 'TxDropped'
}

const interfaceIn = (entry: Fields, names: InterfaceNames): InterfaceStats => ({
  rxBytes: count(entry[names.rxBytes]) ?? 0,
  txBytes: count(entry[names.txBytes]) ?? 0,
  rxPackets: count(entry[names.rxPackets]),
  txPackets: count(entry[names.txPackets]),
  rxDropped: count(entry[names.rxDropped]),
  txDropped: count(entry[names.txDropped])
})

const networksIn = (networks: Fields, names: InterfaceNames): ContainerStats['networks'] =>
  Object.fromEntries(Object.entries(networks).map(([name, entry]) => [name, interfaceIn(fields(entry), names)]))

/**
 * @param body of `GET /containers/{id}/stats?stream=false&one-shot=true`
 * @returns null when there is no sample in it: the container does not run, or the Engine could not collect
 */
export function parseStats (body: unknown): ContainerStats | null {
  const { read, cpu_stats: cpu, memory_stats: memory, blkio_stats: blockIo, pids_stats: pids, networks } = fields(body)
  if (typeof read !== 'string' || read.startsWith('0001-') || !isFields(cpu)) return null
  return {
    read,
    cpu: cpuIn(cpu),
    memory: memoryIn(fields(memory)),
    networks: isFields(networks) ? networksIn(networks, DOCKER_NAMES) : null,
    blockIo: blockIoIn(fields(blockIo).io_service_bytes_recursive),
    pids: { current: count(fields(pids).current), limit: count(fields(pids).limit) || null }
  }
}

/**
 * @param body of `GET /libpod/containers/stats?stream=false`
 * @returns samples by container id, null when the answer has none. Podman takes the file cache off the usage itself
 * where that is cgroup v2, and before 5.0 has one sum over all interfaces.
 */
export function parsePodmanStats (body: unknown): ReadonlyMap<string, ContainerStats> | null {
  const { Stats } = fields(body)
  if (!Array.isArray(Stats)) return null
  return new Map(Stats.map(fields).flatMap(entry => typeof entry.ContainerID === 'string'
    ? [[entry.ContainerID, podmanSample(entry)] as const]
    : []))
}

function podmanSample (entry: Fields): ContainerStats {
  const total = count(entry.CPUNano)
  const system = count(entry.CPUSystemNano)
  const read = count(entry.BlockInput)
  const write = count(entry.BlockOutput)
  return {
    read: new Date((count(entry.SystemNano) ?? 0) / 1e6).toISOString(),
    cpu: {
      total,
      user: total === null || system === null ? null : Math.max(0, total - system),
      system,
      periods: null,
      throttledPeriods: null,
      throttled: null
    },
    memory: {
      usage: count(entry.MemUsage),
      limit: count(entry.MemLimit),
      cache: null,
      swap: null,
      totalInactiveFile: null,
      inactiveFile: null
    },
    networks: isFields(entry.Network)
      ? networksIn(entry.Network, PODMAN_NAMES)
      : { all: interfaceIn({ RxBytes: entry.NetInput, TxBytes: entry.NetOutput }, PODMAN_NAMES) },
    blockIo: read === null || write === null ? null : { read, write },
    pids: { current: count(entry.PIDs), limit: null }
  }
}

/** The same sample with what was received as what was sent: so it is with Podman before 4.4 (podman#16618). */
export function swapDirections (stats: ContainerStats): ContainerStats {
  const swapped = Object.entries(stats.networks ?? {}).map(([name, entry]) => [name, {
    rxBytes: entry.txBytes,
    txBytes: entry.rxBytes,
    rxPackets: entry.txPackets,
    txPackets: entry.rxPackets,
    rxDropped: entry.txDropped,
    txDropped: entry.rxDropped
  }])
  return { ...stats, networks: stats.networks && Object.fromEntries(swapped) }
}
