import type { ContainerDetails, ContainerSummary, EngineEvent } from '../engine/wire.ts'
import { createFilter, type ContainerFilter } from './filter.ts'
import { keptLabels } from './labels.ts'
import { nameOf } from './snapshot.ts'

/** What is known of one container besides its stats: what lists and events say, and once inspected the rest. */
export type ContainerRecord = ContainerSummary & Partial<ContainerDetails> & { oomEvents?: number }

/** What a set of containers keeps. */
export interface Kept {
  /** Names of labels that are kept, besides those that mean something here. */
  labels?: readonly string[]
  /** Which containers are shown; the others are known, so that a new name can bring them in, and no more. */
  filter?: ContainerFilter
}

/** The state that follows from an action, until the Engine's own record says it. */
const STATE_AFTER = new Map([
  ['create', 'created'], ['start', 'running'], ['unpause', 'running'], ['pause', 'paused'], ['die', 'exited']
])

/** Actions after which the Engine's own record is read again. */
const TELLING = new Set([...STATE_AFTER.keys(), 'rename', 'update', 'health_status', 'oom'])

/** So many containers that no list has shown are taken in on the word of events. */
const ARRIVALS = 1000

/** The health that a list shows, null where it shows none: paused containers, Podman. */
const healthIn = (status: string) => /\((?:health: )?(healthy|unhealthy|starting)\)/.exec(status)?.[1] ?? null

/** Whether a list shows something else than is known, that only the Engine's own record explains. */
function differs (known: ContainerRecord, listed: ContainerSummary): boolean {
  const health = healthIn(listed.status)
  const isOtherHealth = health !== null && known.health !== undefined && health !== known.health
  return known.state !== listed.state || nameOf(known) !== nameOf(listed) || isOtherHealth
}

/**
 * The containers of one Engine, newest first: a list sets them, events move them on, inspection fills them in.
 * Those whose record has to be read (again) are due.
 */
export class ContainerSet {
  /** Oldest first, so that what arrives is put at the end. */
  #records = new Map<string, ContainerRecord>()
  /** Those that the filter leaves out. */
  readonly #hidden = new Set<string>()
  readonly #due = new Set<string>()
  readonly #filter: ContainerFilter
  readonly #allowedLabels: ReadonlySet<string>
  #arrivals = 0
  #isOverrun = false

  constructor ({ labels = [], filter = createFilter() }: Kept = {}) {
    this.#filter = filter
    this.#allowedLabels = new Set([...labels, ...filter.labels])
  }

  /** Those that are shown. */
  values (): ContainerRecord[] {
    return [...this.#records.values()].filter(({ id }) => !this.#hidden.has(id)).reverse()
  }

  /** Every record has to be read again: starts and changes may have been missed. */
  doubt (): void {
    for (const { id } of this.values()) this.#due.add(id)
  }

  /** The record of one container has to be read again. */
  doubtOne (id: string): void {
    this.#due.add(id)
  }

  /** Whether more arrived than were taken in: a list has to tell what there is. */
  get isOverrun (): boolean {
    return this.#isOverrun
  }

  /** A list is about to be asked: it tells of all that were left out before. */
  expectList (): void {
    this.#isOverrun = false
  }

  get isDue (): boolean {
    return this.#due.size > 0
  }

  /** The next ids to inspect, so many at most; they are due no more. */
  takeDue (most: number): string[] {
    const taken: string[] = []
    for (const id of this.#due) {
      if (taken.length === most) break
      this.#due.delete(id)
      if (this.#records.has(id) && !this.#hidden.has(id)) taken.push(id)
    }
    return taken
  }

  /**
   * Takes over what a list says.
   * @returns whether it said anything that no event had announced
   */
  replace (summaries: readonly ContainerSummary[]): boolean {
    const before = this.#records
    this.#arrivals = 0
    const isNew = (summary: ContainerSummary) => {
      const known = before.get(summary.id)
      return !known || differs(known, summary)
    }
    const news = summaries.filter(summary => this.#filter.isShown(summary) && isNew(summary))
    const isNews = news.some(({ id }) => !this.#due.has(id)) || before.size > summaries.length
    for (const { id } of news) this.#due.add(id)
    this.#records = new Map()
    this.#hidden.clear()
    for (const summary of summaries.toReversed()) this.#put(this.#merge(before.get(summary.id), summary))
    return isNews
  }

  /**
   * Takes over what an event says.
   * @returns whether anything changed
   */
  apply ({ id, action, name, image, labels, time }: EngineEvent): boolean {
    if (action === 'destroy') return this.remove(id)
    if (!TELLING.has(action)) return false
    const known = this.#records.get(id)
    const wasShown = known && !this.#hidden.has(id)
    const state = STATE_AFTER.get(action) ?? known?.state ?? 'unknown'
    const oomEvents = (known?.oomEvents ?? 0) + (action === 'oom' ? 1 : 0)
    if (!known && this.#arrivals === ARRIVALS) {
      this.#isOverrun = true
      return false
    }
    if (!known) this.#arrivals++
    const names = name === null ? [] : [`/${name}`]
    const unlisted = { id, names, image: image ?? '', status: '', networkMode: null, labels, created: time }
    const isRenamed = action === 'rename' && name !== null
    this.#put({ ...known ?? this.#only(unlisted), ...isRenamed && { names }, state, oomEvents })
    if (!wasShown && this.#hidden.has(id)) return false
    this.#due.add(id)
    return true
  }

  /** Takes over what an inspection says. The image stays as the list has it, state and names as a later event has. */
  fill (details: ContainerDetails): void {
    const known = this.#records.get(details.id)
    if (!known) return
    const { id, state, names } = known // one text for all who keep the id
    const image = known.image || details.image
    const isOlder = this.#due.has(id)
    this.#put({ ...known, ...this.#only(details), id, image, ...isOlder && { state, names } })
  }

  /** @returns whether it was shown */
  remove (id: string): boolean {
    const wasHidden = this.#hidden.delete(id)
    return this.#records.delete(id) && !wasHidden
  }

  /** The same record where the list says nothing else. */
  #merge (known: ContainerRecord | undefined, summary: ContainerSummary): ContainerRecord {
    const networkMode = summary.networkMode ?? known?.networkMode ?? null // Podman lists none
    const isSame = known?.image === summary.image && known.networkMode === networkMode && !differs(known, summary)
    return isSame ? known : { ...known, ...this.#only(summary), networkMode }
  }

  #put (record: ContainerRecord) {
    if (this.#filter.isShown(record)) this.#hidden.delete(record.id)
    else this.#hidden.add(record.id)
    this.#records.set(record.id, record)
  }

  /** Without the labels that are not kept. */
  #only<T extends Pick<ContainerRecord, 'labels'>> (told: T): T {
    return { ...told, labels: keptLabels(told.labels, this.#allowedLabels) }
  }
}
