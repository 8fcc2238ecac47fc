import { piecesOf } from '../cooperative.ts'
import type { Database } from './database.ts'
import { minutesOf } from './minutes.ts'
import type { Life, Series } from './series.ts'
import { addLives, addMinutes, forget, MINUTES, prune, QUARTERS, rollUp, rowText } from './tables.ts'

/** Series that one statement writes. */
const PIECE = 100

/** One transaction: everything that is not on disk yet. */
export class Writing {
  readonly #database: Database
  readonly #all: readonly Series[]
  readonly #now: number
  readonly #before: number
  readonly #stored = new Map<Series, number>()
  readonly #lives: Life[] = []

  /**
   * @param now seconds since the epoch
   * @param before what is newer is left for the next time
   */
  constructor (database: Database, all: readonly Series[], { now, before }: { now: number, before: number }) {
    this.#database = database
    this.#all = all
    this.#now = now
    this.#before = before
  }

  /** The statements, each to be executed before the next is requested. */
  async * statements (): AsyncGenerator<string> {
    const due = this.#all.filter(({ ring }) => ring.stored < ring.length)
    await this.#database.addKeys(due)
    for (const piece of piecesOf(due, PIECE)) {
      const rows = piece.flatMap(series => this.#rowsOf(series))
      if (rows.length > 0) yield addMinutes(rows)
      yield * this.#livesOf(piece, false)
    }
    yield prune(MINUTES, this.#now)
    const quarter = Math.floor(this.#now / QUARTERS.step) * QUARTERS.step
    const isDue = this.#database.rolledTo !== quarter
    const isWhole = isDue || this.#before > this.#now
    for (const piece of isWhole ? piecesOf(this.#all, PIECE) : []) yield * this.#livesOf(piece, true)
    if (isDue) yield * this.#quarters(quarter)
  }

  /** Remembers what has been written; call it when the transaction has been committed. */
  confirm (): void {
    for (const [{ ring }, length] of this.#stored) ring.stored = Math.min(length, ring.length)
    for (const life of this.#lives) this.#database.lives.add(life)
  }

  * #quarters (quarter: number): Generator<string> {
    const rolled = this.#database.rolledTo ?? Infinity
    const start = rolled < quarter ? Math.max(rolled, quarter - MINUTES.keep) : quarter - QUARTERS.step
    yield rollUp(start, quarter)
    yield prune(QUARTERS, this.#now)
    yield forget(this.#now)
    this.#database.rolledTo = quarter
  }

  #rowsOf (series: Series): string[] {
    const rows: string[] = []
    const key = Number(this.#database.keys.get(series))
    const length = minutesOf(series.ring, this.#before, (at, samples, cells) =>
      rows.push(rowText(at, key, samples, cells)))
    this.#stored.set(series, length)
    return rows
  }

  /** New containers, or all with a time when they were last seen. */
  * #livesOf (piece: readonly Series[], isWhole: boolean): Generator<string> {
    const { keys, lives: known } = this.#database
    const rows = piece.flatMap(series => {
      const key = keys.get(series)
      const due = key === undefined ? [] : series.lives.filter(life => isWhole || !known.has(life))
      this.#lives.push(...due)
      return due.map(life => ({ ...life, series: Number(key) }))
    })
    if (rows.length > 0) yield addLives(rows)
  }
}
