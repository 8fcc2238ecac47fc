import type { EngineClient } from '../engine/client.ts'
import { monotonic, wallClock } from '../model/time.ts'
import type { ContainerRecord } from './container-record.ts'
import type { ContainerSet } from './container-set.ts'
import type { InspectionLoop } from './inspection-loop.ts'
import type { Inventory } from './inventory.ts'
import type { Problems } from './problems.ts'
import type { Sampler } from './sampler.ts'
import type { ContainerSnapshot, HostSnapshot } from '../model/snapshot.ts'
import type { CollectorTiming } from './timing.ts'
import type { Transitions } from './transitions.ts'
import { initialSnapshot } from './initial-snapshot.ts'
import { conditionOf, type Resume } from './resume.ts'
import type { Watch } from './watch.ts'
import { containerSnapshotOf } from './container-snapshot.ts'

/** The containers of an unreachable host disappear after this many polls. */
const STALE_POLLS = 3

export const hasStats = ({ state }: ContainerRecord): boolean => state === 'running' || state === 'paused'

export interface Sources {
  host: string
  replica?: string | null | undefined
  configuration: () => HostSnapshot['configuration']
  resume?: Resume | undefined
  engine: EngineClient
  /** Read whenever it is used, because it can change. */
  timing: CollectorTiming
  containers: ContainerSet
  inventory: Inventory
  inspections: InspectionLoop
  sampler: Sampler
  problems: Problems
  watch: Watch
  transitions: Transitions
}

/** Builds the snapshots of one host, and expires their containers when the host is unreachable. */
export class SnapshotBuilder {
  readonly #sources: Sources
  readonly #onSnapshot: (next: HostSnapshot) => void
  #expiry: NodeJS.Timeout | undefined
  #snapshot: HostSnapshot

  constructor (sources: Sources, onSnapshot: (next: HostSnapshot) => void) {
    const { host, replica = null, resume, engine, timing } = sources
    this.#sources = sources
    this.#onSnapshot = onSnapshot
    const { address } = engine
    const initial = initialSnapshot({ host, replica, configuration: sources.configuration(), address, timing })
    this.#snapshot = resume ? Object.freeze({ ...initial, ...conditionOf(resume.snapshot) }) : initial
  }

  get snapshot (): HostSnapshot {
    return this.#snapshot
  }

  /** Builds and publishes the next snapshot. */
  publish (change: Partial<HostSnapshot> = {}): void {
    const { engine, watch, problems, transitions } = this.#sources
    const previous = this.#snapshot
    const next = { ...previous, ...change }
    const isListed = this.#isListed(next)
    const containers = Object.freeze(this.#containers(next, isListed))
    this.#observe(next, previous, isListed)
    this.#snapshot = Object.freeze({
      ...next,
      configuration: this.#sources.configuration(),
      version: previous.version + 1,
      at: wallClock(),
      atMonotonic: monotonic(),
      requests: Object.freeze(engine.requests),
      missingRights: Object.freeze(engine.missingRights),
      certificateExpiresAt: engine.certificateExpiresAt,
      events: watch.state,
      problems: Object.freeze(problems.list),
      deadlines: this.#deadlines(),
      isListed,
      containers,
      transitions: Object.freeze(transitions.take()),
      transitionCounts: transitions.counts(containers)
    })
    this.#onSnapshot(this.#snapshot)
  }

  /** Schedules another snapshot for when the containers of the current one are too old. */
  expire (): void {
    clearTimeout(this.#expiry)
    const age = monotonic() - Number(this.#snapshot.lastSeenMonotonic)
    this.#expiry = setTimeout(() => {
      if (this.#isFresh(this.#snapshot)) this.expire() // the timer fired early
      else this.publish()
    }, this.#staleAfter(this.#snapshot) - age)
  }

  close (): void {
    clearTimeout(this.#expiry)
  }

  /** Tells what happened to the host, and to containers if no event told it. */
  #observe (next: HostSnapshot, previous: HostSnapshot, isListed: boolean) {
    const { transitions, containers, inspections, watch } = this.#sources
    if (previous.up && next.error) transitions.seeHost('host-down', `${next.error.code}: ${next.error.message}`)
    if (previous.up === false && next.up) transitions.seeHost('host-up')
    if (!next.up || !isListed) return
    transitions.observe(containers.values())
    if (watch.state === 'refused') transitions.compare(containers.listed(id => inspections.errors.has(id)))
    if (watch.state === 'live') transitions.trustEvents()
  }

  #deadlines () {
    const { inventory, inspections, sampler } = this.#sources
    return Object.freeze({ ...inventory.limits, inspectMs: inspections.limit, statsMs: sampler.limit })
  }

  /** Maximum age of the containers of an unreachable host; grows with slow polls. */
  #staleAfter ({ poll: { intervalMs, durationMs } }: Pick<HostSnapshot, 'poll'>) {
    return Math.max(this.#sources.timing.staleAfter, STALE_POLLS * (intervalMs + Number(durationMs)))
  }

  /** Whether we know all containers, from a recent list or from an older one and events. */
  #isListed (next: HostSnapshot): boolean {
    const { inventory: { listedAt }, watch } = this.#sources
    if (listedAt === null || !this.#isFresh(next)) return false
    return watch.state === 'live' || monotonic() - listedAt < this.#staleAfter(next)
  }

  #isFresh (next: HostSnapshot): boolean {
    return next.lastSeenMonotonic !== null && monotonic() - next.lastSeenMonotonic < this.#staleAfter(next)
  }

  /** Without a reliable list, only the containers with a recent sample. */
  #containers (next: HostSnapshot, isListed: boolean): ContainerSnapshot[] {
    const { containers, sampler } = this.#sources
    if (!this.#isFresh(next)) return []
    const staleAfter = this.#staleAfter(next)
    const memoryBytes = next.engine?.memoryBytes ?? null
    return containers.values().flatMap(record => {
      const sample = hasStats(record) ? sampler.latest(record.id, staleAfter) : null
      return isListed || sample ? containerSnapshotOf(record, sample, memoryBytes) : []
    })
  }
}
