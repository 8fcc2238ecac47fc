import type { EngineEvent } from '../engine/wire.ts'
import { nameOf } from '../model/names.ts'
import { Recent } from '../model/recent.ts'
import { wallClock } from '../model/time.ts'
import type { ContainerAction, HostAction, Transition, TransitionCount } from '../model/transition.ts'
import type { ContainerRecord } from './container-record.ts'
import type { ContainerSet, Listed, Subject } from './container-set.ts'
import { keyOf, listedOf, type Resume } from './resume.ts'
import { changesBetween, changesOfRemoved, type Change } from './record-changes.ts'
import { TransitionCounts } from './transition-counts.ts'

/** Transitions from one snapshot to the next, at most. */
const CAPACITY = 200

/** The Engine's events that are transitions, by its names. */
const ACTIONS: ReadonlyMap<string, ContainerAction> = new Map([
  ['start', 'start'], ['die', 'die'], ['oom', 'oom'], ['health_status', 'health'], ['restart', 'restart'],
  ['pause', 'pause'], ['unpause', 'unpause'], ['rename', 'rename'], ['create', 'create'], ['destroy', 'destroy']
])

/** What it was called before, although the Engine may have shown the new name before the event came. */
const formerNameOf = (before: Subject, { name, formerName }: EngineEvent) =>
  formerName ?? (nameOf(before) === name ? before.formerName ?? null : nameOf(before))

const millisecondsOf = (seconds: number) => Math.round(seconds * 1000)

const isVerdict = (health: string | null) => health === 'healthy' || health === 'unhealthy'

let lastId = 0

/** Microseconds since the epoch, but always more than before, even if the clock was set back. */
function nextId (): number {
  lastId = Math.max(lastId + 1, wallClock() * 1000)
  return lastId
}

type Told = Omit<Transition, 'id' | 'host'>

const UNKNOWN = { exitCode: null, health: null, detail: null }

/** Collects what happens to a host and its containers until the next snapshot. */
export class Transitions {
  readonly #host: string
  readonly #told = new Recent<Told>(CAPACITY)
  readonly #counts: TransitionCounts
  /** The last health of the containers that are running, by ID; null at their start. */
  readonly #health: Map<string, string | null>
  /** What another collector has already told: its snapshot shows the effects. */
  readonly #known: ReadonlySet<string>
  /** The last complete records by ID, undefined for those without one; null while events tell what happens. */
  #listed: Map<string, ContainerRecord | undefined> | null

  constructor (host: string, resume?: Resume) {
    this.#host = host
    this.#listed = resume ? listedOf(resume) : null
    this.#counts = new TransitionCounts(resume?.snapshot.transitionCounts)
    this.#known = new Set(resume?.transitions.map(keyOf))
    this.#health = new Map(resume?.snapshot.containers.map(({ id, health }) => [id, health]))
    lastId = Math.max(lastId, ...resume?.transitions.map(({ id }) => id) ?? []) // the clock of another may be ahead
  }

  /** Applies an event to the containers and tells what it says. Returns whether a snapshot should show it soon. */
  apply (event: EngineEvent, containers: ContainerSet): boolean {
    if (this.#isKnown(event)) return false
    const before = containers.shown(event.id)
    const isNews = containers.apply(event)
    const subject = event.action === 'destroy' ? before ?? containers.departed(event.id) : containers.shown(event.id)
    const isTold = subject !== undefined && this.#see(event, subject, before)
    return isNews || isTold
  }

  /** Tells what lists and inspections show that no event says: the health on Podman. */
  observe (shown: readonly ContainerRecord[]): void {
    const running = shown.filter(({ state }) => state === 'running')
    for (const record of running) this.#seeHealth(record, record.health, wallClock())
    const ids = new Set(running.map(({ id }) => id))
    for (const id of this.#health.keys()) if (!ids.has(id)) this.#health.delete(id)
  }

  /** Call this once events tell what happens to containers. */
  trustEvents (): void {
    this.#listed = null
  }

  /** Tells how containers differ from the previous call. The first call only remembers them, unless it can resume. */
  compare (containers: readonly Listed[]): void {
    const known = this.#listed
    this.#listed = new Map()
    for (const { record, isShown, isComplete } of containers) {
      const before = known?.get(record.id)
      const isNew = known !== null && !known.has(record.id)
      known?.delete(record.id)
      if (isShown && isComplete) {
        if (before || isNew) this.#tellAll(record, changesBetween(before, record))
        this.#listed.set(record.id, record)
      } else if (!isNew || !isShown) {
        this.#listed.set(record.id, before)
      }
    }
    for (const gone of known?.values() ?? []) if (gone) this.#tellAll(gone, changesOfRemoved(gone))
  }

  seeHost (action: HostAction, detail: string | null = null): void {
    this.#told.add(Object.freeze({ at: wallClock(), container: null, action, ...UNKNOWN, detail }))
  }

  /** What happened since the last call. */
  take (): Transition[] {
    return this.#told.take().map(told => Object.freeze({ id: nextId(), host: this.#host, ...told }))
  }

  /** @param containers those that exist */
  counts (containers: readonly { name: string }[]): readonly TransitionCount[] {
    return this.#counts.list(containers)
  }

  #isKnown ({ id, action: name, time }: EngineEvent): boolean {
    const action = ACTIONS.get(name)
    return action !== undefined && this.#known.has(keyOf({ container: { id }, action, at: millisecondsOf(time) }))
  }

  #see (event: EngineEvent, subject: Subject, before: Subject | undefined): boolean {
    const action = ACTIONS.get(event.action)
    if (action === undefined) return false
    const at = millisecondsOf(event.time)
    if (action === 'health') return this.#seeHealth(subject, event.health, at)
    if (action === 'start') this.#health.set(subject.id, null)
    const detail = action === 'rename' && before ? formerNameOf(before, event) : null
    this.#tell(subject, { action, at, exitCode: action === 'die' ? event.exitCode : null, detail })
    return true
  }

  /** Podman reports every check. What the health was before the service started is unknown. */
  #seeHealth (record: Subject, health: string | null, at: number): boolean {
    if (health === null) return false
    const former = this.#health.get(record.id)
    this.#health.set(record.id, health)
    if (former === undefined || former === health || !isVerdict(health)) return false
    this.#tell(record, { action: 'health', at, health })
    return true
  }

  #tellAll (record: Subject, changes: readonly Change[]) {
    for (const { startedAt, ...change } of changes) {
      this.#tell(record, { ...change, at: startedAt === undefined ? wallClock() : Date.parse(startedAt) })
    }
  }

  #tell (subject: Subject, { at, action, ...more }: { at: number } & Omit<Change, 'startedAt'>) {
    const { id, image } = subject
    const container = Object.freeze({ id, name: nameOf(subject), image })
    this.#counts.add(container.name, action)
    this.#told.add(Object.freeze({ at, container, action, ...UNKNOWN, ...more }))
  }
}
