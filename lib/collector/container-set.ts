import type { ContainerDetails, ContainerSummary, EngineEvent } from '../engine/wire.ts'
import { keptLabels } from './labels.ts'
import { nameOf } from './snapshot.ts'

/** What is known of one container besides its stats: what lists and events say, and once inspected the rest. */
export type ContainerRecord = ContainerSummary & Partial<ContainerDetails> & { oomEvents?: number }

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

/** Whether a list shows something else than is known. */
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
  readonly #due = new Set<string>()
  readonly #allowedLabels: ReadonlySet<string>
  #arrivals = 0
  #isOverrun = false

  /** @param allowedLabels names of labels that are kept */
  constructor (allowedLabels: readonly string[] = []) {
    this.#allowedLabels = new Set(allowedLabels)
  }

  values (): ContainerRecord[] {
    return [...this.#records.values()].reverse()
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
      if (this.#records.has(id)) taken.push(id)
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
    const news = summaries.filter(isNew)
    const isNews = news.some(({ id }) => !this.#due.has(id)) || before.size > summaries.length
    for (const { id } of news) this.#due.add(id)
    this.#records = new Map(summaries.toReversed().map(summary => {
      const known = before.get(summary.id)
      const networkMode = summary.networkMode ?? known?.networkMode ?? null // Podman lists none
      return [summary.id, { ...known, ...summary, networkMode, labels: this.#kept(summary) }]
    }))
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
    const state = STATE_AFTER.get(action) ?? known?.state ?? 'unknown'
    const oomEvents = (known?.oomEvents ?? 0) + (action === 'oom' ? 1 : 0)
    if (known) this.#records.set(id, { ...known, state, oomEvents })
    else {
      if (this.#arrivals === ARRIVALS) {
        this.#isOverrun = true
        return false
      }
      this.#arrivals++
      const names = name === null ? [] : [`/${name}`]
      const unlisted = { status: '', networkMode: null, created: time, labels: this.#kept({ labels }) }
      this.#records.set(id, { id, names, image: image ?? '', state, oomEvents, ...unlisted })
    }
    this.#due.add(id)
    return true
  }

  /** Takes over what an inspection says. The image stays as the list has it. */
  fill (details: ContainerDetails): void {
    const known = this.#records.get(details.id)
    if (!known) return
    const image = known.image || details.image
    this.#records.set(details.id, { ...known, ...details, image, labels: this.#kept(details) })
  }

  /** @returns whether it was there */
  remove (id: string): boolean {
    return this.#records.delete(id)
  }

  #kept ({ labels }: Pick<ContainerSummary, 'labels'>) {
    return keptLabels(labels, this.#allowedLabels)
  }
}
