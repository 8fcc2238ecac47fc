import { count, fields, isFields, text, type Fields } from './fields.ts'
import type { InterfaceStats, DeviceStats } from '../model/sample.ts'

/** One sample of `GET /containers/{id}/stats`; counters start at 0 when the container starts. */
export interface ContainerStats {
  /** When the Engine took the sample, RFC 3339. */
  read: string
  /** Times in nanoseconds; `periods` and `throttledPeriods` are counts. */
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
    /** Includes the page cache. */
    usage: number | null
    limit: number | null
    cache: number | null
    swap: number | null
    /** Inactive file cache, as cgroup v1 and v2 name it. */
    totalInactiveFile: number | null
    inactiveFile: number | null
  }
  /** By interface, without loopback; null if the Engine reports none (network modes host and none). */
  networks: Readonly<Record<string, InterfaceStats>> | null
  blockIo: Readonly<Record<string, DeviceStats>> | null
  /** Processes and threads; `limit` is null if none is set. */
  pids: { current: number | null, limit: number | null }
}

/** Windows reports CPU time in 100 ns. Source: calculateCPUPercentWindows in docker/cli `stats_helpers.go`. */
const WINDOWS_UNIT = 100

const times = (value: number | null, unit: number) => value === null ? null : value * unit

function cpuIn ({ cpu_usage: usage, throttling_data: throttling }: Fields, unit: number): ContainerStats['cpu'] {
  const { total_usage: total, usage_in_usermode: user, usage_in_kernelmode: system } = fields(usage)
  const { periods, throttled_periods: throttledPeriods, throttled_time: throttled } = fields(throttling)
  return {
    total: times(count(total), unit),
    user: times(count(user), unit),
    system: times(count(system), unit),
    periods: count(periods),
    throttledPeriods: count(throttledPeriods),
    throttled: count(throttled)
  }
}

function memoryIn ({ usage, limit, stats }: Fields): ContainerStats['memory'] {
  const { cache, file, swap, total_inactive_file: totalInactiveFile, inactive_file: inactiveFile } = fields(stats)
  return {
    usage: count(usage),
    limit: count(limit) || null,
    cache: count(cache) ?? count(file),
    swap: count(swap),
    totalInactiveFile: count(totalInactiveFile),
    inactiveFile: count(inactiveFile)
  }
}

/** On Windows `docker stats` shows the private working set. */
const windowsMemory = ({ privateworkingset }: Fields): ContainerStats['memory'] => ({
  usage: count(privateworkingset),
  limit: null,
  cache: null,
  swap: null,
  totalInactiveFile: null,
  inactiveFile: null
})

const DIRECTIONS = new Map([['read', 'readBytes'], ['write', 'writeBytes']] as const)

/**
 * Ignores other operations, such as `rios` of Podman and `Sync` and `Total` of cgroup v1. An empty list means unknown,
 * not zero, because cgroup v1 also reports one for containers that do read and write.
 */
function blockIoIn (entries: unknown): ContainerStats['blockIo'] {
  if (!Array.isArray(entries) || entries.length === 0) return null
  const devices = new Map<string, DeviceStats>()
  for (const entry of entries) {
    const { major, minor, op, value } = fields(entry)
    const direction = DIRECTIONS.get(text(op)?.toLowerCase() as 'read')
    if (!direction) continue
    const name = `${major}:${minor}`
    const device = devices.get(name) ?? { readBytes: 0, writeBytes: 0 }
    const [bytes, before] = [count(value), device[direction]]
    devices.set(name, { ...device, [direction]: bytes === null || before === null ? null : before + bytes })
  }
  return devices.size === 0 ? null : Object.fromEntries(devices)
}

function windowsBlockIo ({ read_size_bytes: read, write_size_bytes: write }: Fields): ContainerStats['blockIo'] {
  const [readBytes, writeBytes] = [count(read), count(write)]
  return readBytes === null && writeBytes === null ? null : { storage: { readBytes, writeBytes } }
}

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
  rxBytes: count(entry[names.rxBytes]),
  txBytes: count(entry[names.txBytes]),
  rxPackets: count(entry[names.rxPackets]),
  txPackets: count(entry[names.txPackets]),
  rxDropped: count(entry[names.rxDropped]),
  txDropped: count(entry[names.txDropped])
})

/** Excluded, as in `docker stats`, because loopback traffic never leaves the container. */
const LOOPBACK = 'lo'

function networksIn (networks: unknown, names: InterfaceNames): ContainerStats['networks'] {
  const interfaces = Object.entries(fields(networks)).filter(([name]) => name !== LOOPBACK)
  if (interfaces.length === 0) return null
  return Object.fromEntries(interfaces.map(([name, entry]) => [name, interfaceIn(fields(entry), names)]))
}

/** Samples contain `os_type` only since Docker 29, and `num_procs` and `commitbytes` only on Windows. */
function isWindows ({ os_type: osType, num_procs: processors, memory_stats: memory }: Fields, engine: string | null) {
  const known = text(osType) || engine
  if (known) return known.toLowerCase() === 'windows'
  return Number(processors) > 0 && count(fields(memory).commitbytes) !== null
}

/**
 * Parses the body of `GET /containers/{id}/stats?stream=false&one-shot=true`; null if it contains no sample, because
 * the container is not running or the Engine failed to collect one.
 * @param osType operating system of the Engine, `linux` or `windows`, if known
 */
export function parseStats (body: unknown, osType: string | null = null): ContainerStats | null {
  const sample = fields(body)
  const { read, cpu_stats: cpu, memory_stats: memory, blkio_stats: blockIo, pids_stats: pids, networks } = sample
  if (typeof read !== 'string' || read.startsWith('0001-') || !isFields(cpu)) return null
  const isOfWindows = isWindows(sample, osType)
  return {
    read,
    cpu: cpuIn(cpu, isOfWindows ? WINDOWS_UNIT : 1),
    memory: isOfWindows ? windowsMemory(fields(memory)) : memoryIn(fields(memory)),
    networks: networksIn(networks, DOCKER_NAMES),
    blockIo: isOfWindows
      ? windowsBlockIo(fields(sample.storage_stats))
      : blockIoIn(fields(blockIo).io_service_bytes_recursive),
    pids: { current: count(fields(pids).current), limit: count(fields(pids).limit) || null }
  }
}

/**
 * Parses the body of `GET /libpod/containers/stats?stream=false` to samples by container ID; null if it has none.
 * On cgroup v2 Podman already subtracts the file cache from the usage; before 5.0 it sums up all interfaces.
 */
export function parsePodmanStats (body: unknown): ReadonlyMap<string, ContainerStats> | null {
  const { Stats } = fields(body)
  if (!Array.isArray(Stats)) return null
  return new Map(Stats.map(fields).flatMap(entry => typeof entry.ContainerID === 'string'
    ? [[entry.ContainerID, podmanSample(entry)] as const]
    : []))
}

/** Our name for Podman's sums over all interfaces or devices. */
const ALL = 'all'

/** `network` is the sum over all interfaces in the Docker-compatible API of Podman before 5.0. */
const SUMS = new Set([ALL, 'network'])

/** True if the name stands for a sum, which also decreases when one of its parts disappears. */
export const isSum = (name: string): boolean => SUMS.has(name)

function podmanSample (entry: Fields): ContainerStats {
  const total = count(entry.CPUNano)
  const system = count(entry.CPUSystemNano)
  const readBytes = count(entry.BlockInput)
  const writeBytes = count(entry.BlockOutput)
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
      limit: count(entry.MemLimit) || null,
      cache: null,
      swap: null,
      totalInactiveFile: null,
      inactiveFile: null
    },
    networks: networksIn(entry.Network, PODMAN_NAMES) ??
      { [ALL]: interfaceIn({ RxBytes: entry.NetInput, TxBytes: entry.NetOutput }, PODMAN_NAMES) },
    blockIo: readBytes === null && writeBytes === null ? null : { [ALL]: { readBytes, writeBytes } },
    pids: { current: count(entry.PIDs), limit: null }
  }
}

/** Swaps received and sent, to correct samples of Podman before 4.4 (containers/podman#16618). */
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
