import type { DemoContainer } from './container.ts'
import type { Existing } from './existing.ts'
import type { DemoHost } from './fleet.ts'
import type { DemoEvent, Moment } from './story.ts'
import { memoryOf, usedBy } from './usage.ts'

export const VERSION = '28.5.2'
export const API_VERSION = '1.51'

const MINUTE = 60
const HOUR = 3600

const iso = (seconds: number) => new Date(seconds * 1000).toISOString()

/** As HumanDuration in docker/go-units, for less than two months. */
export function humanDuration (seconds: number): string {
  const hours = Math.round(seconds / HOUR)
  if (seconds < 1) return 'Less than a second'
  if (seconds < 2) return '1 second'
  if (seconds < MINUTE) return `${Math.floor(seconds)} seconds`
  if (seconds < 2 * MINUTE) return 'About a minute'
  if (seconds < HOUR) return `${Math.floor(seconds / MINUTE)} minutes`
  if (hours === 1) return 'About an hour'
  if (hours < 48) return `${hours} hours`
  return hours < 14 * 24 ? `${Math.floor(hours / 24)} days` : `${Math.floor(hours / 24 / 7)} weeks`
}

function statusOf ({ state, startedAt, finishedAt, exitCode, health }: Moment, at: number): string {
  if (finishedAt === null) {
    const suffix = health === null ? '' : ` (${health === 'starting' ? 'health: starting' : health})`
    return `Up ${humanDuration(at - startedAt)}${suffix}`
  }
  return `${state === 'exited' ? 'Exited' : 'Restarting'} (${exitCode}) ${humanDuration(at - finishedAt)} ago`
}

const networksOf = (mode: string): object => mode.startsWith('container:') ? {} : { [mode]: { NetworkID: mode } }

/** An entry of `GET /containers/json`. */
export const summaryOf = ({ container, moment, networkMode }: Existing, at: number): object => ({
  Id: moment.id,
  Names: [`/${container.name}`],
  Image: moment.image,
  Created: Math.floor(moment.createdAt),
  Ports: [],
  Labels: container.labels,
  State: moment.state,
  Status: statusOf(moment, at),
  HostConfig: { NetworkMode: networkMode },
  NetworkSettings: { Networks: networksOf(networkMode) },
  Mounts: []
})

/** `GET /containers/{id}/json`. */
export function detailsOf ({ container, moment, networkMode }: Existing): object {
  const { limits: { cpus, memory, pids }, labels, name } = container
  const { id, image, state, exitCode, isOom, health, createdAt, startedAt, finishedAt, restartCount } = moment
  return {
    Id: id,
    Created: iso(createdAt),
    Name: `/${name}`,
    RestartCount: restartCount,
    State: {
      Status: state,
      Running: state !== 'exited',
      Paused: false,
      Restarting: state === 'restarting',
      OOMKilled: isOom,
      Dead: false,
      ExitCode: exitCode,
      StartedAt: iso(startedAt),
      FinishedAt: finishedAt === null ? '0001-01-01T00:00:00Z' : iso(finishedAt),
      ...health !== null && { Health: { Status: health } }
    },
    Config: { Image: image, Labels: labels },
    HostConfig: { NetworkMode: networkMode, NanoCpus: cpus * 1e9, Memory: memory, PidsLimit: pids },
    NetworkSettings: { Networks: networksOf(networkMode) }
  }
}

const NO_SAMPLE = { read: '0001-01-01T00:00:00Z', cpu_stats: {}, memory_stats: {}, pids_stats: {}, blkio_stats: {} }

const PACKET = 900

function interfacesOf ({ networkMode }: DemoContainer, rx: number, tx: number): object {
  if (networkMode === 'host') return {}
  const counters = { rx_bytes: rx, rx_packets: Math.floor(rx / PACKET), rx_errors: 0, rx_dropped: 0 }
  const sent = { tx_bytes: tx, tx_packets: Math.floor(tx / PACKET), tx_errors: 0, tx_dropped: 0 }
  return { networks: { eth0: { ...counters, ...sent } } }
}

/** Shares of CPU time in the kernel, of periods that are throttled, and of memory that is file cache. */
const KERNEL = 0.3
const THROTTLED = 0.02
const CACHE = 0.25

const PERIODS_PER_SECOND = 10

function cpuOf ({ limits }: DemoContainer, seconds: number, age: number): object {
  const total = Math.floor(seconds * 1e9)
  const kernel = Math.floor(seconds * 1e9 * KERNEL)
  const periods = limits.cpus === 0 ? 0 : Math.floor(age * PERIODS_PER_SECOND)
  const throttled = Math.floor(periods * THROTTLED)
  return {
    cpu_usage: { total_usage: total, usage_in_kernelmode: kernel, usage_in_usermode: total - kernel },
    throttling_data: { periods, throttled_periods: throttled, throttled_time: throttled * 20_000_000 }
  }
}

const blockIoOf = (read: number, write: number) => ['read', 'write'].map((op, index) =>
  ({ major: 259, minor: 0, op, value: index === 0 ? read : write }))

/** `GET /containers/{id}/stats`, on cgroup v2. */
export function statsOf ({ container, moment, owner }: Existing, host: DemoHost, at: number): object {
  const { startedAt, state } = moment
  if (state !== 'running') return NO_SAMPLE
  const used = usedBy(container, startedAt, at)
  const { rx, tx } = usedBy(owner, startedAt, at)
  const memory = memoryOf(container, startedAt, at)
  const cache = Math.floor(memory * CACHE)
  const limit = container.limits.memory || host.memory
  return {
    read: iso(at),
    preread: NO_SAMPLE.read,
    pids_stats: { current: 4 + container.shape.seed % 30, limit: container.limits.pids },
    blkio_stats: { io_service_bytes_recursive: blockIoOf(Math.floor(used.read), Math.floor(used.write)) },
    num_procs: 0,
    storage_stats: {},
    cpu_stats: {
      ...cpuOf(container, used.cpuSeconds, at - startedAt),
      system_cpu_usage: Math.floor(at * host.cpus * 1e6) * 1000,
      online_cpus: host.cpus
    },
    memory_stats: {
      usage: Math.min(limit, Math.floor(memory) + cache),
      limit,
      stats: { anon: Math.floor(memory), file: cache, inactive_file: cache, swap: 0 }
    },
    ...interfacesOf(owner, Math.floor(rx), Math.floor(tx))
  }
}

export const infoOf = ({ name, operatingSystem, cpus, memory }: DemoHost): object => ({
  ID: `demo-${name}`,
  Name: name,
  OperatingSystem: operatingSystem,
  OSType: 'linux',
  Architecture: 'x86_64',
  CgroupVersion: '2',
  ServerVersion: VERSION,
  NCPU: cpus,
  MemTotal: memory
})

export const versionOf = (): object => ({
  Components: [{ Name: 'Engine', Version: VERSION, Details: { ApiVersion: API_VERSION, MinAPIVersion: '1.24' } }],
  Version: VERSION,
  ApiVersion: API_VERSION,
  MinAPIVersion: '1.24',
  Os: 'linux',
  Arch: 'amd64'
})

export function lineOf ({ at, action, id, name, image, exitCode, labels }: DemoEvent): string {
  const exit = action === 'die' ? { exitCode: String(exitCode) } : {}
  const signal = action === 'kill' ? { signal: '15' } : {}
  const Actor = { ID: id, Attributes: { ...labels, ...exit, ...signal, image, name } }
  const times = { time: Math.floor(at), timeNano: Math.round(at * 1e6) * 1000 }
  return `${JSON.stringify({ Type: 'container', Action: action, Actor, scope: 'local', ...times })}\n`
}
