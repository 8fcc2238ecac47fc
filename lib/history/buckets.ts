import { WIDTH, rounded } from './columns.ts'

/** Values of one point in time: averages and maxima by column; unknown is NaN. */
export interface Point {
  /** Seconds since the epoch. */
  at: number
  /** How long it lasts. */
  seconds: number
  samples: number
  averages: ArrayLike<number | null>
  peaks: ArrayLike<number | null>
  /** Where the values start in both. */
  offset: number
}

/** A range of time in buckets of the same length, in seconds. */
export interface Grid {
  start: number
  step: number
  length: number
}

/** The averages and maxima of one column, by bucket; unknown is null. */
export interface Values {
  avg: (number | null)[]
  max: (number | null)[]
}

const known = (values: ArrayLike<number | null>, index: number) => values[index] ?? NaN

export class Buckets {
  readonly grid: Grid
  readonly #sums: Float64Array
  readonly #weights: Float64Array
  readonly #peaks: Float64Array
  #last = { index: -1, at: -Infinity }

  constructor (grid: Grid) {
    this.grid = grid
    const cells = () => new Float64Array(grid.length * WIDTH)
    this.#sums = cells()
    this.#weights = cells()
    this.#peaks = cells()
  }

  /**
   * Adds a point before the end, in the order of time. A value stands for the time since the previous poll, so it also
   * fills buckets that are left empty between two polls.
   * @param reach seconds between points beyond which there is a gap
   */
  add (point: Point, reach: number): void {
    const { start, step } = this.grid
    const index = Math.floor((point.at - start) / step)
    const { index: last, at } = this.#last
    const first = point.at - at <= reach ? Math.min(last + 1, index) : index
    for (let bucket = Math.max(first, 0); bucket <= index; bucket++) this.#put(bucket, point)
    this.#last = { index, at: point.at }
  }

  column (column: number): Values {
    const cells = Array.from({ length: this.grid.length }, (_, bucket) => bucket * WIDTH + column)
    return {
      avg: cells.map(cell => rounded(Number(this.#sums[cell]) / Number(this.#weights[cell]), column)),
      max: cells.map(cell => this.#weights[cell] === 0 ? null : rounded(Number(this.#peaks[cell]), column))
    }
  }

  #put (bucket: number, { samples, averages, peaks, offset }: Point) {
    for (let column = 0; column < WIDTH; column++) {
      const average = known(averages, offset + column)
      if (Number.isNaN(average)) continue
      const cell = bucket * WIDTH + column
      this.#sums[cell] = Number(this.#sums[cell]) + average * samples
      this.#weights[cell] = Number(this.#weights[cell]) + samples
      this.#peaks[cell] = Math.max(Number(this.#peaks[cell]), known(peaks, offset + column))
    }
  }
}
