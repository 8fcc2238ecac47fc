import { rename } from 'node:fs/promises'
import { codeOf, messageOf } from '../errors.ts'
import type { Log } from '../model/log.ts'
import { singleFlight } from '../model/single-flight.ts'
import { wallClock } from '../model/time.ts'
import type { Point } from './buckets.ts'
import { Database } from './database.ts'
import type { Life, Series } from './series.ts'
import type { Tier } from './tables.ts'
import { Writing } from './writing.ts'

const isBroken = (error: unknown) => /^SQLITE_(CORRUPT|NOTADB)/.test(codeOf(error))

/** Renames the files of a database, and returns the new name. */
async function putAside (file: string): Promise<string> {
  const kept = `${file}.broken-${new Date(wallClock()).toISOString().replaceAll(':', '-')}`
  await Promise.allSettled(['', '-wal', '-shm'].map(suffix => rename(file + suffix, kept + suffix)))
  return kept
}

/** Writes the history to a file and reads it. Failures are logged when they begin and end, and never thrown. */
export class Disk {
  readonly file: string
  readonly writes = { success: 0, failure: 0 }
  /** Bytes of the file; null if it cannot be used. */
  size: number | null = null
  readonly #log: Log
  readonly #opening = singleFlight(() => Database.open(this.file))
  #database: Database | null = null
  #isFailing = false

  /** @param file absolute path */
  constructor (file: string, log: Log) {
    this.file = file
    this.#log = log
  }

  async open (): Promise<void> {
    await this.#use(async database => { this.size = await database.size() })
  }

  /**
   * Writes what is not on disk yet, in one transaction.
   * @param before seconds since the epoch; what is newer remains for the next time
   */
  async write (all: readonly Series[], now: number, before: number): Promise<void> {
    if (!this.#database && all.length === 0) return
    const isWritten = await this.#use(async database => {
      const writing = new Writing(database, all, { now, before })
      await database.write(writing.statements())
      this.size = await database.size()
      writing.confirm()
      return true
    }, true)
    this.writes[isWritten ? 'success' : 'failure']++
    if (!isWritten || !this.#isFailing) return
    this.#isFailing = false
    this.#log.info({ file: this.file }, 'The history is written to disk again')
  }

  /** The rows of a container or host from a time until before another, seconds since the epoch. */
  async points (tier: Tier, of: Pick<Series, 'host' | 'name'>, range: [number, number]): Promise<Point[]> {
    return await this.#use(database => database.points(tier, of, range)) ?? []
  }

  async lives (of: Pick<Series, 'host' | 'name'>): Promise<Life[]> {
    return await this.#use(database => database.livesOf(of)) ?? []
  }

  async close (): Promise<void> {
    const database = this.#database
    this.#database = this.size = null
    await database?.close()
  }

  /**
   * Returns null if that fails, or has failed before.
   * @param isRetry whether to open the file even if that has failed before
   */
  async #use<T> (work: (database: Database) => T | Promise<T>, isRetry = false): Promise<T | null> {
    if (!this.#database && this.#isFailing && !isRetry) return null
    let database: Database | null = null
    try {
      database = this.#database ??= await this.#opening.join()
      return await work(database)
    } catch (error) {
      if (database === this.#database) await this.#fail(error)
      return null
    }
  }

  async #fail (error: unknown) {
    await this.close()
    const { file } = this
    if (isBroken(error)) {
      const kept = await putAside(file)
      this.#log.warn({ file: kept }, `The history file is broken (${messageOf(error)}); a new one is begun`)
    } else if (!this.#isFailing) {
      this.#isFailing = true
      this.#log.warn({ file }, `Cannot use the history file; the history is only in memory now: ${messageOf(error)}`)
    }
  }
}
