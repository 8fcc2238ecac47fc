import { setTimeout as sleep } from 'node:timers/promises'
import type { Background } from './background.ts'
import type { InspectionLoop } from './inspection-loop.ts'
import { singleFlight, type SingleFlight } from '../model/single-flight.ts'
import type { SnapshotBuilder } from './snapshot-builder.ts'

export interface RefresherOptions {
  builder: SnapshotBuilder
  inspections: InspectionLoop
  background: Background
  /** Milliseconds between two refreshes, at least. */
  settle: number
  signal: AbortSignal
  /** Called after containers were inspected, before that is published. */
  onInspected (): void
}

/** Publishes changes between polls: first what events say, then what inspecting the containers shows. */
export class Refresher {
  readonly #options: RefresherOptions
  readonly #refreshing: SingleFlight<void>

  constructor (options: RefresherOptions) {
    this.#options = options
    this.#refreshing = singleFlight(() => this.#refresh())
  }

  /** Refreshes soon; calls that come meanwhile share one more refresh. */
  schedule (): void {
    this.#options.background.run(this.#refreshing.again())
  }

  async #refresh () {
    const { builder, inspections, settle, signal, onInspected } = this.#options
    if (builder.snapshot.up !== true || signal.aborted) return
    builder.publish()
    if (inspections.isDue) {
      await inspections.run(signal)
      onInspected()
      builder.publish()
    }
    await sleep(settle, undefined, { signal })
    if (inspections.isDue) this.schedule()
  }
}
