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
  networkMode: string | null
}

/** The part of `GET /info` that is used. */
export interface EngineInfo {
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

/**
 * @param body of `GET /containers/json`
 * @returns the containers in the Engine's order, null when the answer is no list; entries without an id are left out
 */
export function parseContainers (body: unknown): ContainerSummary[] | null {
  if (!Array.isArray(body)) return null
  return body.map(fields).flatMap(entry => {
    const id = text(entry.Id)
    return id
      ? [{
          id,
          names: Array.isArray(entry.Names) ? entry.Names.filter(name => typeof name === 'string') : [],
          image: text(entry.Image) ?? '',
          state: text(entry.State) ?? 'unknown',
          networkMode: text(fields(entry.HostConfig).NetworkMode)
        }]
      : []
  })
}

/**
 * @param body of `GET /info`
 * @returns null when the answer is no object
 */
export function parseInfo (body: unknown): EngineInfo | null {
  return isFields(body) ? { cpus: count(body.NCPU), memoryBytes: count(body.MemTotal) } : null
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

function parseNetworks (networks: Fields): ContainerStats['networks'] {
  return Object.fromEntries(Object.entries(networks).map(([name, entry]) => {
    const { rx_bytes: rx, tx_bytes: tx } = fields(entry)
    return [name, { rxBytes: count(rx) ?? 0, txBytes: count(tx) ?? 0 }]
  }))
}
