/**
 * What an Engine really sends, read field by field: one parse function per endpoint. Everything may be missing, null or
 * of another type; what is not what it should be is null here.
 */

/** One entry of `GET /containers/json`. */
export interface ContainerSummary {
  id: string
  names: readonly string[]
  image: string
  state: string
  /** The state in words, with the health, such as `Up 2 minutes (healthy)`. */
  status: string
  networkMode: string | null
  /** When it was created, seconds since the epoch. */
  created: number
}

/** The part of `GET /containers/{id}/json` that is used. */
export interface ContainerDetails extends Omit<ContainerSummary, 'status' | 'created'> {
  /** `starting`, `healthy` or `unhealthy`; null without a health check. */
  health: string | null
  exitCode: number | null
  oomKilled: boolean
  /** RFC 3339; null before the first start. */
  startedAt: string | null
  restartCount: number | null
}

/** One message of `GET /events`, of a container. */
export interface EngineEvent {
  id: string
  /** Such as `start`; Podman's own words are put into Docker's, and what follows a colon is cut. */
  action: string
  /** Name and image of the container, where the event says them. */
  name: string | null
  image: string | null
  /** When it happened by the Engine's clock, seconds since the epoch. */
  time: number
  /** The same event that is sent twice has the same key. */
  key: string
}

/** The part of `GET /info` that is used. */
export interface EngineInfo {
  /** Identity of the Engine; cloned machines share it. */
  id: string | null
  /** Name of the machine. */
  name: string | null
  /** Number of CPUs. */
  cpus: number | null
  /** Memory of the host in bytes. */
  memoryBytes: number | null
}

/** One sample of `GET /containers/{id}/stats`, counters as the Engine has them. */
export interface ContainerStats {
  /** When the Engine took it, RFC 3339. */
  read: string
  /** CPU time used since the container started, nanoseconds. */
  cpuNanoseconds: number | null
  memory: {
    /** Bytes, page cache included. */
    usage: number | null
    limit: number | null
    /** Inactive file cache in bytes, by the names of cgroup v1 and v2. */
    totalInactiveFile: number | null
    inactiveFile: number | null
  }
  /** Bytes per interface since the container started; null when the Engine reports no network (host, none). */
  networks: Readonly<Record<string, { rxBytes: number, txBytes: number }>> | null
}

type Fields = Readonly<Record<string, unknown>>

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
const fields = (value: unknown): Fields => isFields(value) ? value : {}
const text = (value: unknown): string | null => typeof value === 'string' ? value : null
/** Counters and sizes: 2^64-1 is how Engines write "none", and no real one is above 2^62. */
const count = (value: unknown): number | null =>
  typeof value === 'number' && value >= 0 && value <= 2 ** 62 ? value : null

/** Podman's words for states that Docker calls otherwise. */
const DOCKER_STATE = new Map([
  ['configured', 'created'], ['initialized', 'created'], ['stopping', 'running'], ['stopped', 'exited']
])

function stateIn (value: unknown): string {
  const state = text(value) ?? 'unknown'
  return DOCKER_STATE.get(state) ?? state
}

/**
 * @param body of `GET /containers/json`
 * @returns the containers, newest first; null when the answer is no list; entries without an id are left out
 */
export function parseContainers (body: unknown): ContainerSummary[] | null {
  if (!Array.isArray(body)) return null
  const containers = body.map(fields).flatMap(entry => {
    const id = text(entry.Id)
    return id
      ? [{
          id,
          names: Array.isArray(entry.Names) ? entry.Names.filter(name => typeof name === 'string') : [],
          image: text(entry.Image) ?? '',
          state: stateIn(entry.State),
          status: text(entry.Status) ?? '',
          networkMode: text(fields(entry.HostConfig).NetworkMode),
          created: count(entry.Created) ?? 0
        }]
      : []
  })
  return containers.sort((a, b) => b.created - a.created) // Podman's order is random, Docker's stays
}

/**
 * @param body of `GET /info`
 * @returns null when the answer is no object
 */
export function parseInfo (body: unknown): EngineInfo | null {
  if (!isFields(body)) return null
  return { id: text(body.ID), name: text(body.Name), cpus: count(body.NCPU), memoryBytes: count(body.MemTotal) }
}

/**
 * @param body of `GET /containers/{id}/json`
 * @returns null when the answer is no container
 */
export function parseDetails (body: unknown): ContainerDetails | null {
  const { Id, Name, RestartCount, State, Config, HostConfig } = fields(body)
  if (typeof Id !== 'string' || !isFields(State)) return null
  const startedAt = text(State.StartedAt)
  return {
    id: Id,
    names: typeof Name === 'string' ? [Name] : [],
    image: text(fields(Config).Image) ?? '',
    state: stateIn(State.Status),
    networkMode: text(fields(HostConfig).NetworkMode),
    health: text(fields(State.Health).Status) || null,
    exitCode: count(State.ExitCode),
    oomKilled: State.OOMKilled === true,
    startedAt: startedAt === null || startedAt.startsWith('0001-') ? null : startedAt,
    restartCount: count(RestartCount)
  }
}

/** Podman's words for what Docker says otherwise. */
const DOCKER_ACTION = new Map([['died', 'die'], ['remove', 'destroy']])

/**
 * @param body one line of `GET /events`
 * @returns null when it is not about a container
 */
export function parseEvent (body: unknown): EngineEvent | null {
  const { Type, Action, Actor, time, timeNano } = fields(body)
  const { ID: id, Attributes } = fields(Actor)
  if (Type !== 'container' || typeof Action !== 'string' || typeof id !== 'string') return null
  const action = Action.replace(/:.*/, '')
  return {
    id,
    action: DOCKER_ACTION.get(action) ?? action,
    name: text(fields(Attributes).name),
    image: text(fields(Attributes).image),
    time: (count(timeNano) ?? (count(time) ?? 0) * 1e9) / 1e9,
    key: `${timeNano} ${id} ${Action}`
  }
}

/**
 * @param body of `GET /containers/{id}/stats?stream=false&one-shot=true`
 * @returns null when there is no sample in it: the container does not run, or the Engine could not collect
 */
export function parseStats (body: unknown): ContainerStats | null {
  const { read, cpu_stats: cpuStats, memory_stats: memoryStats, networks } = fields(body)
  if (typeof read !== 'string' || read.startsWith('0001-') || !isFields(cpuStats)) return null
  const { usage, limit, stats } = fields(memoryStats)
  return {
    read,
    cpuNanoseconds: count(fields(cpuStats.cpu_usage).total_usage),
    memory: {
      usage: count(usage),
      limit: count(limit),
      totalInactiveFile: count(fields(stats).total_inactive_file),
      inactiveFile: count(fields(stats).inactive_file)
    },
    networks: isFields(networks) ? parseNetworks(networks) : null
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
  const rxBytes = count(entry.NetInput) ?? 0
  const txBytes = count(entry.NetOutput) ?? 0
  return {
    read: new Date((count(entry.SystemNano) ?? 0) / 1e6).toISOString(),
    cpuNanoseconds: count(entry.CPUNano),
    memory: {
      usage: count(entry.MemUsage), limit: count(entry.MemLimit), totalInactiveFile: null, inactiveFile: null
    },
    networks: isFields(entry.Network) ? podmanNetworks(entry.Network) : { all: { rxBytes, txBytes } }
  }
}

/** The same sample with what was received as what was sent: so it is with Podman before 4.4 (podman#16618). */
export function swapDirections (stats: ContainerStats): ContainerStats {
  const swapped = Object.entries(stats.networks ?? {})
    .map(([name, { rxBytes, txBytes }]) => [name, { rxBytes: txBytes, txBytes: rxBytes }])
  return { ...stats, networks: stats.networks && Object.fromEntries(swapped) }
}

const podmanNetworks = (networks: Fields): ContainerStats['networks'] =>
  Object.fromEntries(Object.entries(networks).map(([name, entry]) => {
    const { RxBytes, TxBytes } = fields(entry)
    return [name, { rxBytes: count(RxBytes) ?? 0, txBytes: count(TxBytes) ?? 0 }]
  }))

function parseNetworks (networks: Fields): ContainerStats['networks'] {
  return Object.fromEntries(Object.entries(networks).map(([name, entry]) => {
    const { rx_bytes: rx, tx_bytes: tx } = fields(entry)
    return [name, { rxBytes: count(rx) ?? 0, txBytes: count(tx) ?? 0 }]
  }))
}
