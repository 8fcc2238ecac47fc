import type { EngineEvent } from '../engine/wire.ts'
import { monotonic } from '../model/time.ts'
import type { Sample } from '../model/sample.ts'

/** The time of an event on the Engine's clock and on our monotonic clock, milliseconds. */
interface Moment {
  time: number
  heardAt: number
}

/** Network connections kept per container: far more than happen between two samples. */
const MOST = 16

/** Tracks from events when containers started and joined networks, because their counters start at 0 then. */
export class Runs {
  readonly #begun = new Map<string, Moment>()
  readonly #connected = new Map<string, number[]>()

  see ({ id, action, time }: EngineEvent): void {
    const moment = { time: time * 1000, heardAt: monotonic() }
    if (action === 'start' || action === 'die') this.#begun.set(id, moment)
    if (action === 'connect') this.#connected.set(id, [...this.#connected.get(id) ?? [], moment.time].slice(-MOST))
  }

  /**
   * Whether a sample belongs to an earlier run. Samples received after the event always belong to the latest run,
   * because the Engine's clock may have been set in between.
   */
  isBefore (id: string, { readAt, atMonotonic }: Pick<Sample, 'readAt' | 'atMonotonic'>): boolean {
    const begun = this.#begun.get(id)
    return begun !== undefined && atMonotonic < begun.heardAt && readAt < begun.time
  }

  /** Counts the networks joined after `sample`, and forgets those up to `readAt`, the time of the next sample. */
  connectionsSince (id: string, sample: Pick<Sample, 'readAt'> | null, readAt: number): number {
    const times = this.#connected.get(id)
    if (!times) return 0
    this.#connected.set(id, times.filter(time => time > readAt))
    return sample ? times.filter(time => time > sample.readAt).length : 0
  }

  keep (ids: ReadonlySet<string>): void {
    for (const known of [this.#begun, this.#connected]) {
      for (const id of known.keys()) if (!ids.has(id)) known.delete(id)
    }
  }
}
