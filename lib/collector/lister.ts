import { orAfter } from '../engine/deadline.ts'
import type { Background } from './background.ts'
import type { ContainerSet } from './container-set.ts'
import type { Inventory } from './inventory.ts'
import type { Refresher } from './refresher.ts'
import { singleFlight, type SingleFlight } from '../model/single-flight.ts'
import type { SnapshotBuilder } from './snapshot-builder.ts'
import type { Watch } from './watch.ts'

export interface ListerOptions {
  containers: ContainerSet
  inventory: Inventory
  watch: Watch
  builder: SnapshotBuilder
  refresher: Refresher
  background: Background
  /** How long a poll waits for a list, milliseconds. */
  patience: number
  signal: AbortSignal
}

/** Decides when containers are listed, and what a list that differs from the events means. */
export class Lister {
  readonly #options: ListerOptions
  readonly #listing: SingleFlight<boolean>

  constructor (options: ListerOptions) {
    this.#options = options
    this.#listing = singleFlight(() => this.#list())
  }

  /**
   * Lists if a list is due.
   * @param isFirst whether this is the first poll since the Engine was identified, which waits as long as it takes
   * @returns whether a list has arrived; a slow one is applied whenever it arrives
   */
  async listIfDue (isFirst: boolean): Promise<boolean> {
    const { containers, inventory, watch, background, patience } = this.#options
    const isDue = watch.state !== 'live' || containers.isOverrun || inventory.isListDue
    if (!isDue || inventory.isListHeld) return false
    const listing = this.#listing.join()
    background.run(listing)
    return isFirst ? await listing : await orAfter(patience, listing, false)
  }

  /** Lists because events may have been missed; publishes even if nothing changed, since events are live now. */
  listAfterGap (): void {
    const { background, refresher } = this.#options
    background.run(this.#listing.again().then(() => refresher.schedule()))
  }

  /** @returns whether the list succeeded */
  async #list (): Promise<boolean> {
    const { inventory, watch, builder, refresher, signal } = this.#options
    const wasUp = builder.snapshot.up === true
    const isNews = await inventory.list(signal)
    if (isNews === null) return false
    if (wasUp && isNews && watch.isSteady) watch.reopen()
    if (isNews) refresher.schedule()
    return true
  }
}
