import type { ContainerDetails, EngineEvent } from '../engine/wire.ts'
import { keptLabels } from '../model/labels.ts'
import { monotonic } from '../model/time.ts'
import {
  afterEvent, afterInspection, afterList, differs, isResolved, type ContainerRecord, type Listing
} from './container-record.ts'
import { createFilter, type ContainerFilter } from './filter.ts'

/** What a set of containers keeps. */
export interface Kept {
  /** Names of labels that are kept, besides those that mean something here. */
  labels?: readonly string[]
  /** Which containers are shown; the others are known, so that a new name can bring them in, and no more. */
  filter?: ContainerFilter
}

/** So many containers that no list has shown are taken in on the word of events. */
const MAX_UNLISTED = 1000

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

  has (id: string): boolean {
    return this.#records.has(id)
  }

  /** The record of one container has to be read again. */
  invalidate (id: string): void {
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

  /** Containers to inspect, those that were due first first. */
  due (): string[] {
    return [...this.#due].filter(id => this.#isWanted(id) || !this.#due.delete(id))
  }

  /** The record of a container is about to be read. */
  take (id: string): void {
    this.#due.delete(id)
  }

  /**
   * Takes over what a list says.
   * @returns whether it said anything that no event had announced
   */
  replace ({ summaries, ...when }: Listing): boolean {
    const before = this.#records
    const next = summaries.map(summary => {
      const known = before.get(summary.id)
      return { known, record: afterList(known, this.#only(summary), when) }
    })
    const news = next.filter(({ known, record }) => this.#isShown(record) && (!known || differs(known, record)))
    const isNews = news.some(({ record }) => !this.#due.has(record.id)) || before.size > summaries.length
    for (const { record } of news) this.#due.add(record.id)
    this.#arrivals = 0
    this.#records = new Map()
    this.#hidden.clear()
    for (const { record } of next.toReversed()) this.#put(record)
    return isNews
  }

  /**
   * Takes over what an event says.
   * @returns whether anything changed, or has to be read again
   */
  apply (event: EngineEvent): boolean {
    const { id, action } = event
    if (action === 'destroy') return this.remove(id)
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

  /**
   * Takes over what an inspection says; what events said since it was asked for stays.
   * @param askedAt by the monotonic clock
   */
  fill (details: ContainerDetails, askedAt: number): void {
    const known = this.#records.get(details.id)
    if (known) this.#put(afterInspection(known, this.#only(details), askedAt))
  }

  /** The record of a container is not to be had: it is shown by what is known of it. */
  leave (id: string, at: number): void {
    const known = this.#records.get(id)
    if (known) this.#put({ ...known, inspectedAt: at })
  }

  /** @returns whether it was shown */
  remove (id: string): boolean {
    const wasHidden = this.#hidden.delete(id)
    return this.#records.delete(id) && !wasHidden
  }

  /** What is hidden is not inspected, unless only that tells whether it is to be shown. */
  #isWanted (id: string): boolean {
    const record = this.#records.get(id)
    return record !== undefined && (!this.#hidden.has(id) || !isResolved(record))
  }

  /** Where images are filtered, a container waits until the reference is known that it was created from. */
  #isShown (record: ContainerRecord): boolean {
    return this.#filter.isShown(record) && (isResolved(record) || !this.#filter.readsImage)
  }

  #put (record: ContainerRecord) {
    if (this.#isShown(record)) this.#hidden.delete(record.id)
    else this.#hidden.add(record.id)
    if (this.#filter.readsImage && !isResolved(record)) this.#due.add(record.id)
    this.#records.set(record.id, record)
  }

  /** Without the labels that are not kept. */
  #only<T extends Pick<ContainerRecord, 'labels'>> (told: T): T {
    return { ...told, labels: keptLabels(told.labels, this.#allowedLabels) }
  }
}
