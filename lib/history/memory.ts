import type { ContainerSnapshot, HostSnapshot } from '../model/snapshot.ts'
import { onePerNetwork } from '../model/network.ts'
import type { Usage } from './columns.ts'
import { RING_BYTES, WINDOW } from './ring.ts'
import { HOST, Series } from './series.ts'

interface Host {
  snapshots: number
  /** When its last poll succeeded. */
  lastSeen: number | null
  series: Map<string, Series>
}

/** The fields of snapshots that the history needs. */
export interface SeenContainer extends Pick<ContainerSnapshot, 'id' | 'name' | 'networkMode' | 'networks'> {
  sample: Usage & { at: number } | null
}

export interface SeenHost extends Pick<HostSnapshot, 'host' | 'at' | 'lastSeen'> {
  poll: Pick<HostSnapshot['poll'], 'intervalMs'>
  containers: readonly SeenContainer[]
}

const MEBIBYTE = 1_048_576

const sum = (a: number | null, b: number | null) => a === null ? b : a + (b ?? 0)

/** The sums of all containers. A shared network counts once. */
function totalOf (containers: readonly SeenContainer[]): Usage {
  const total: Usage = {
    cpuCores: null,
    memoryBytes: null,
    rxBytesPerSecond: null,
    txBytesPerSecond: null,
    blockReadBytesPerSecond: null,
    blockWriteBytesPerSecond: null
  }
  for (const { sample } of containers) {
    if (!sample) continue
    total.cpuCores = sum(total.cpuCores, sample.cpuCores)
    total.memoryBytes = sum(total.memoryBytes, sample.memoryBytes)
    total.blockReadBytesPerSecond = sum(total.blockReadBytesPerSecond, sample.blockReadBytesPerSecond)
    total.blockWriteBytesPerSecond = sum(total.blockWriteBytesPerSecond, sample.blockWriteBytesPerSecond)
  }
  for (const { sample } of onePerNetwork(containers)) {
    total.rxBytesPerSecond = sum(total.rxBytesPerSecond, sample?.rxBytesPerSecond ?? null)
    total.txBytesPerSecond = sum(total.txBytesPerSecond, sample?.txBytesPerSecond ?? null)
  }
  return total
}

/** Whether the last snapshot lacked series, which are gone if the next one lacks them too. */
function lacksSome ({ snapshots, series }: Host): boolean {
  for (const { seen } of series.values()) if (seen < snapshots) return true
  return false
}

/** The last 15 minutes of all containers and hosts, within a budget. */
export class Memory {
  /** Maximum size of all rings in bytes. */
  #budget: number
  #bytes = 0
  /** Whether a container has no history, because the budget is spent. */
  isFull = false
  readonly #hosts = new Map<string, Host>()
  /** Series of containers that are gone, which leave first; null while that is unknown. */
  #leaving: Series[] | null = []

  /** @param budget MiB */
  constructor (budget: number) {
    this.#budget = budget * MEBIBYTE
  }

  get bytes (): number {
    return this.#bytes
  }

  get size (): number {
    return [...this.#hosts.values()].reduce((size, { series }) => size + series.size, 0)
  }

  all (): Series[] {
    return [...this.#hosts.values()].flatMap(({ series }) => [...series.values()])
  }

  find (host: string, name: string): Series | null {
    return this.#hosts.get(host)?.series.get(name) ?? null
  }

  /** Adds the samples of a snapshot that have not been added before. */
  see (next: SeenHost | null, previous: SeenHost | null): void {
    const one = next ?? previous
    if (!one) return
    const host = this.#hostOf(one.host)
    const isChanging = !next || lacksSome(host)
    if (isChanging) this.#leaving = null
    if (next) this.#record(host, next)
    else host.snapshots += 2
    if (isChanging) this.#leaving = null // some may have come back
  }

  /**
   * Drops what is older than 15 minutes, or beyond the budget.
   * @param now milliseconds since the epoch
   * @param budget MiB
   */
  prune (now: number, budget: number): void {
    this.#budget = budget * MEBIBYTE
    this.isFull = false
    this.#leaving = null
    this.#bytes = 0
    for (const { series } of this.#hosts.values()) {
      for (const [name, one] of series) {
        one.forgetLives()
        if (Math.abs(now / 1000 - one.ring.newest) > WINDOW) series.delete(name)
        else this.#bytes += one.ring.bytes
      }
    }
    if (this.#bytes > this.#budget) this.#shrink()
  }

  #shrink () {
    const all = this.all()
    for (const series of [...this.#gone(all), ...all]) if (this.#bytes > this.#budget) this.#remove(series)
  }

  #hostOf (name: string): Host {
    const known = this.#hosts.get(name)
    if (known) return known
    const host = { snapshots: 0, lastSeen: null, series: new Map() }
    this.#hosts.set(name, host)
    return host
  }

  #record (host: Host, snapshot: SeenHost) {
    const { containers, poll, at, lastSeen } = snapshot
    const interval = poll.intervalMs / 1000
    let isNew = false
    host.snapshots++
    for (const { id, name, sample } of containers) {
      const series = host.series.get(name) ?? (sample && this.#add(host, snapshot.host, name))
      if (!series) continue
      series.seen = host.snapshots
      if (sample) isNew = series.record(id, sample, interval) || isNew
    }
    const isDue = isNew || (lastSeen !== null && lastSeen !== host.lastSeen)
    host.lastSeen = lastSeen
    const total = host.series.get(HOST) ?? (isDue ? this.#add(host, snapshot.host, HOST) : null)
    if (!total) return
    total.seen = host.snapshots
    if (isDue) total.push(at, totalOf(isNew ? containers : []), interval)
  }

  /** Null if the budget is spent. */
  #add (host: Host, hostName: string, name: string): Series | null {
    if (this.#bytes + RING_BYTES > this.#budget) {
      this.#leaving ??= this.#gone(this.all())
      const oldest = this.#leaving.shift()
      if (oldest) this.#remove(oldest)
      else this.isFull = true
    }
    if (this.#bytes + RING_BYTES > this.#budget) return null
    const series = new Series(hostName, name)
    host.series.set(name, series)
    this.#bytes += RING_BYTES
    return series
  }

  #remove ({ host, name, ring }: Series) {
    if (this.#hosts.get(host)?.series.delete(name)) this.#bytes -= ring.bytes
  }

  /** Those that the last two snapshots of their hosts did not contain, oldest first. */
  #gone (all: readonly Series[]): Series[] {
    return all.filter(({ host, seen }) => seen < Number(this.#hosts.get(host)?.snapshots) - 1)
      .sort((a, b) => a.ring.newest - b.ring.newest)
  }
}
