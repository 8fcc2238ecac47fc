import type { ContainerDetails, EngineEvent } from '../engine/wire.ts'
import { keptLabels } from '../model/labels.ts'
import { monotonic } from '../model/time.ts'
import {
  afterEvent, afterInspection, afterList, differs, isResolved, type ContainerRecord, type Listing
} from './container-record.ts'
import { recordsOf, type Resume } from './resume.ts'
import { createFilter, type ContainerFilter } from './filter.ts'

export interface Kept {
  /** Names of labels to keep, besides those that we always read. */
  labels?: readonly string[]
  /** Which containers are shown. Hidden ones stay in the set, because a rename can make them visible. */
  filter?: ContainerFilter
}

export interface ContainerSetOptions extends Kept {
  resume?: Resume | undefined
}

export interface Listed {
  record: ContainerRecord
  isShown: boolean
  /** Whether it need not be inspected, or cannot be. */
  isComplete: boolean
}

/** What identifies a container for people. */
export type Subject = Pick<ContainerRecord, 'id' | 'names' | 'formerName' | 'image'>

/** How many containers are remembered that a list lacked before their `destroy` event arrived. */
const MAX_DEPARTED = 64

/** How many containers are accepted from events alone before a list has to confirm them. */
const MAX_UNLISTED = 1000

/**
 * The containers of one Engine, newest first. Lists replace them, events update them, inspections complete them.
 * Containers that have to be inspected are due.
 */
export class ContainerSet {
  /** Oldest first, so that new containers are appended. */
  #records = new Map<string, ContainerRecord>()
  readonly #hidden = new Set<string>()
  readonly #due = new Set<string>()
  /** Being inspected. */
  readonly #taken = new Set<string>()
  readonly #departed = new Map<string, Subject>()
  #filter: ContainerFilter = createFilter()
  #allowedLabels: ReadonlySet<string> = new Set()
  #arrivals = 0
  #isOverrun = false

  constructor ({ resume, ...kept }: ContainerSetOptions = {}) {
    const records = resume ? recordsOf(resume.snapshot, monotonic()) : []
    for (const record of records) this.#records.set(record.id, record)
    this.keep(kept)
  }

  /** Changes what is kept and shown. Labels that were not kept before are missing until the next list. */
  keep ({ labels = [], filter = createFilter() }: Kept): void {
    this.#filter = filter
    this.#allowedLabels = new Set([...labels, ...filter.labels])
    for (const record of this.#records.values()) {
      this.#put(this.#only(record))
      if (record.inspectedAt === undefined) this.#due.add(record.id)
    }
  }

  values (): ContainerRecord[] {
    return [...this.#records.values()].filter(({ id }) => !this.#hidden.has(id)).reverse()
  }

  has (id: string): boolean {
    return this.#records.has(id)
  }

  /** A container that was shown until a list or another call lacked it. Forgets it. */
  departed (id: string): Subject | undefined {
    const subject = this.#departed.get(id)
    this.#departed.delete(id)
    return subject
  }

  /** The container, unless it is hidden or unknown. */
  shown (id: string): ContainerRecord | undefined {
    return this.#hidden.has(id) ? undefined : this.#records.get(id)
  }

  /**
   * All containers, oldest first.
   * @param isGivenUp whether a container with this ID cannot be inspected
   */
  listed (isGivenUp: (id: string) => boolean): Listed[] {
    return [...this.#records.values()].map(record => ({
      record,
      isShown: !this.#hidden.has(record.id),
      isComplete: isGivenUp(record.id) || !(this.#due.has(record.id) || this.#taken.has(record.id))
    }))
  }

  invalidate (id: string): void {
    this.#taken.delete(id)
    this.#due.add(id)
  }

  /** Whether events announced more containers than were accepted, so that a list is needed. */
  get isOverrun (): boolean {
    return this.#isOverrun
  }

  /** Call this before requesting a list: it will include all containers that were rejected so far. */
  expectList (): void {
    this.#isOverrun = false
  }

  /** IDs of the containers to inspect, longest due first. */
  due (): string[] {
    return [...this.#due].filter(id => this.#isWanted(id) || !this.#due.delete(id))
  }

  /** Call this before inspecting a container. */
  take (id: string): void {
    this.#due.delete(id)
    this.#taken.add(id)
  }

  /** Applies a list, and returns whether it contained changes that no event had announced. */
  replace ({ summaries, ...when }: Listing): boolean {
    const before = this.#records
    const next = summaries.map(summary => {
      const known = before.get(summary.id)
      return { known, record: afterList(known, this.#only(summary), when) }
    })
    const news = next.filter(({ known, record }) => this.#isShown(record) && (!known || differs(known, record)))
    const isNews = news.some(({ record }) => !this.#due.has(record.id)) || before.size > summaries.length
    for (const { record } of news) this.#due.add(record.id)
    const listed = new Set(next.map(({ record }) => record.id))
    for (const id of before.keys()) if (!listed.has(id)) this.#depart(id)
    this.#arrivals = 0
    this.#records = new Map()
    this.#hidden.clear()
    for (const { record } of next.toReversed()) this.#put(record)
    return isNews
  }

  /** Returns whether the event changed anything or made an inspection due. */
  apply (event: EngineEvent): boolean {
    const { id, action } = event
    if (action === 'destroy') return this.#delete(id)
    const known = this.#records.get(id)
    const isNew = known?.inspectedAt === undefined
    const wasShown = known && !this.#hidden.has(id)
    const change = afterEvent(known, this.#only(event), monotonic())
    if (!change) return false
    if (!known && this.#arrivals === MAX_UNLISTED) {
      this.#isOverrun = true
      return false
    }
    if (!known) this.#arrivals++
    this.#put(change.record)
    if (!wasShown && this.#hidden.has(id)) return false
    if (change.isDue || isNew) this.#due.add(id)
    return true
  }

  /** Applies an inspection, without undoing events that arrived after `askedAt`. */
  fill (details: ContainerDetails, askedAt: number): void {
    const known = this.#records.get(details.id)
    this.#taken.delete(details.id)
    if (known) this.#put(afterInspection(known, this.#only(details), askedAt))
  }

  /** Gives up inspecting a container, so that it is shown with what is known. */
  leave (id: string, at: number): void {
    const known = this.#records.get(id)
    if (known) this.#put({ ...known, inspectedAt: at })
  }

  /** Removes a container that an Engine no longer finds. */
  remove (id: string): void {
    this.#depart(id)
    this.#delete(id)
  }

  #depart (id: string) {
    const record = this.shown(id)
    if (!record) return
    const { names, image } = record
    this.#departed.set(id, { id, names, image })
    for (const oldest of [...this.#departed.keys()].slice(0, -MAX_DEPARTED)) this.#departed.delete(oldest)
  }

  /** Returns whether the container was shown. */
  #delete (id: string): boolean {
    const wasHidden = this.#hidden.delete(id)
    this.#taken.delete(id)
    return this.#records.delete(id) && !wasHidden
  }

  /** Skips hidden containers, unless the filter needs the inspection to decide. */
  #isWanted (id: string): boolean {
    const record = this.#records.get(id)
    return record !== undefined && (!this.#hidden.has(id) || !isResolved(record))
  }

  /** If the filter reads images, containers stay hidden until their image reference is known. */
  #isShown (record: ContainerRecord): boolean {
    return this.#filter.isShown(record) && (isResolved(record) || !this.#filter.readsImage)
  }

  #put (record: ContainerRecord) {
    if (this.#isShown(record)) this.#hidden.delete(record.id)
    else this.#hidden.add(record.id)
    if (this.#filter.readsImage && !isResolved(record)) this.#due.add(record.id)
    this.#records.set(record.id, record)
  }

  #only<T extends Pick<ContainerRecord, 'labels'>> (source: T): T {
    return { ...source, labels: keptLabels(source.labels, this.#allowedLabels) }
  }
}
