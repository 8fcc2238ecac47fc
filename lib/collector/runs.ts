import type { EngineEvent } from '../engine/wire.ts'
import { monotonic } from '../model/time.ts'
import type { Sample } from '../model/sample.ts'

/** An event, by the Engine's clock and by ours, milliseconds. */
interface Moment {
  time: number
  heardAt: number
}

/** Connections of one container that are remembered: far more than it gets between two samples. */
const MOST = 16

/** When containers began to run and were connected to networks, as far as events tell: then counters begin anew. */
export class Runs {
  readonly #begun = new Map<string, Moment>()
  readonly #connected = new Map<string, number[]>()

  see ({ id, action, time }: EngineEvent): void {
    const moment = { time: time * 1000, heardAt: monotonic() }
    if (action === 'start' || action === 'die') this.#begun.set(id, moment)
    if (action === 'connect') this.#connected.set(id, [...this.#connected.get(id) ?? [], moment.time].slice(-MOST))
  }

  /**
   * Whether a sample is of a run that was over when the latest one began. The Engine's clock may have been set
   * meanwhile: what came after the event was heard is always of the latest run.
   */
  isBefore (id: string, { readAt, atMonotonic }: Pick<Sample, 'readAt' | 'atMonotonic'>): boolean {
    const begun = this.#begun.get(id)
    return begun !== undefined && atMonotonic < begun.heardAt && readAt < begun.time
  }

  /**
   * How often a container was connected to a network since a sample; none without one.
   * @param readAt when the next sample was taken by the Engine's clock: it has all connections until then
   */
  connectionsSince (id: string, sample: Pick<Sample, 'readAt'> | null, readAt: number): number {
    const times = this.#connected.get(id)
    if (!times) return 0
    this.#connected.set(id, times.filter(time => time > readAt))
    return sample ? times.filter(time => time > sample.readAt).length : 0
  }

  /** Forgets all other containers. */
  keep (ids: ReadonlySet<string>): void {
    for (const known of [this.#begun, this.#connected]) {
      for (const id of known.keys()) if (!ids.has(id)) known.delete(id)
    }
  }
}
