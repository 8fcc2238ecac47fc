import { WIDTH } from './columns.ts'
import type { Ring } from './ring.ts'

/** Called with a minute: its start in seconds since the epoch, its samples, and all averages followed by all maxima. */
export type VisitMinute = (at: number, samples: number, cells: Float64Array) => void

class Minute {
  readonly #cells = new Float64Array(2 * WIDTH)
  readonly #weights = new Float64Array(WIDTH)
  #at = NaN
  #samples = 0
  readonly #visit: VisitMinute

  constructor (visit: VisitMinute) {
    this.#visit = visit
  }

  add (at: number, { values, peaks }: Ring, offset: number): void {
    const minute = Math.floor(at / 60) * 60
    if (minute !== this.#at) this.end()
    this.#at = minute
    this.#samples++
    for (let column = 0; column < WIDTH; column++) {
      const value = Number(values[offset + column])
      if (Number.isNaN(value)) continue
      this.#cells[column] = Number(this.#cells[column]) + value
      this.#weights[column] = Number(this.#weights[column]) + 1
      const peak = WIDTH + column
      this.#cells[peak] = Math.max(Number(this.#cells[peak]), Number(peaks[offset + column]))
    }
  }

  end (): void {
    if (this.#samples === 0) return
    for (let column = 0; column < WIDTH; column++) {
      const weight = Number(this.#weights[column])
      this.#cells[column] = Number(this.#cells[column]) / weight
      if (weight === 0) this.#cells[WIDTH + column] = NaN
    }
    this.#visit(this.#at, this.#samples, this.#cells)
    this.#cells.fill(0)
    this.#weights.fill(0)
    this.#samples = 0
  }
}

/**
 * Makes minutes from the slots that are not on disk yet.
 * @param before seconds since the epoch; later slots are left for the next time
 * @returns the number of slots that are then on disk
 */
export function minutesOf (ring: Ring, before: number, visit: VisitMinute): number {
  const minute = new Minute(visit)
  let stored = ring.stored
  ring.each(ring.stored, (at, offset, number) => {
    if (at >= before) return
    minute.add(at, ring, offset)
    stored = number + 1
  })
  minute.end()
  return stored
}
