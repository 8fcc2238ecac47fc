import { mkdir, open, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { mapCooperatively, piecesOf } from '../cooperative.ts'
import type { Point } from './buckets.ts'
import { WIDTH } from './columns.ts'
import type { Life, Series } from './series.ts'
import { addSeries, CREATE, FIND_SERIES, FIND_LIVES, ROLLED, select, VERSION, type Tier } from './tables.ts'

/** A connection of libsql, which executes scripts on a thread of its own, and statements on the calling thread. */
interface Connection {
  exec (sql: string): Promise<void>
  prepare (sql: string): Promise<{ raw (): { all (...values: (string | number)[]): Promise<unknown[][]> } }>
  close (): void
}

type Named = Pick<Series, 'host' | 'name'>

interface Connections {
  writer: Connection
  reader: Connection
}

/** Pages are cached by the system too. The journal is shortened after a checkpoint. */
const SETTINGS = 'PRAGMA synchronous = NORMAL; PRAGMA cache_size = -1024; PRAGMA journal_size_limit = 4194304'
/** Rows that one read returns, because reads block the event loop: about 2 ms. */
const SLICE = 256
/** Series that one statement adds. */
const PIECE = 500

const query = async (connection: Connection, sql: string, ...values: (string | number)[]) =>
  (await connection.prepare(sql)).raw().all(...values)

const pointOf = ([at, samples, ...values]: unknown[]): Point => {
  const numbers = values as (number | null)[]
  return { at: Number(at), samples: Number(samples), averages: numbers, peaks: numbers.slice(WIDTH), offset: 0 }
}

async function prepareTables (connection: Connection): Promise<void> {
  const [[version, tables] = []] = await query(connection,
    'SELECT user_version, (SELECT count(*) FROM sqlite_schema) FROM pragma_user_version')
  if (version === VERSION) return
  if (tables !== 0) throw new Error('it belongs to another program, or another version of this one')
  await connection.exec(`PRAGMA journal_mode = WAL; BEGIN; ${CREATE} COMMIT`)
}

/** The open database file. Keys and similar knowledge end with it. */
export class Database {
  /** Keys of the series. */
  readonly keys = new WeakMap<Series, number>()
  /** Lives of containers that it contains. */
  readonly lives = new WeakSet<Life>()
  /** Until when the minutes have been made into quarters of an hour; null if there are no minutes. */
  rolledTo: number | null
  readonly #file: string
  readonly #writer: Connection
  readonly #reader: Connection

  private constructor (file: string, { writer, reader }: Connections, rolledTo: number | null) {
    this.#file = file
    this.#writer = writer
    this.#reader = reader
    this.rolledTo = rolledTo
  }

  /** Opens a file, which only the user can read; creates it and its folder if they are missing. */
  static async open (file: string): Promise<Database> {
    await mkdir(dirname(file), { recursive: true })
    await (await open(file, 'a', 0o600)).close()
    const { default: LibSql } = await import('libsql/promise')
    const writer: Connection = new LibSql(file, {})
    try {
      await writer.exec(SETTINGS)
      await prepareTables(writer)
      const [[rolledTo] = []] = await query(writer, ROLLED)
      const reader: Connection = new LibSql(file, {})
      await reader.exec(SETTINGS)
      return new Database(file, { writer, reader }, rolledTo === null ? null : Number(rolledTo))
    } catch (error) {
      writer.close()
      throw error
    }
  }

  /** Executes statements in one transaction. */
  async write (statements: AsyncIterable<string>): Promise<void> {
    await this.#writer.exec('BEGIN IMMEDIATE')
    for await (const statement of statements) await this.#writer.exec(statement)
    await this.#writer.exec('COMMIT')
  }

  /** Gives keys to series; within a transaction. */
  async addKeys (all: readonly Series[]): Promise<void> {
    const fresh = all.filter(series => !this.keys.has(series))
    for (const piece of piecesOf(fresh, PIECE)) await this.#writer.exec(addSeries(piece))
    const statement = (await this.#writer.prepare(FIND_SERIES)).raw()
    await mapCooperatively(fresh, async series => {
      const [[key] = []] = await statement.all(series.host, series.name)
      this.keys.set(series, Number(key))
    })
  }

  /** The rows of a series from a time until before another, seconds since the epoch. */
  async points (tier: Tier, of: Named, [from, to]: [number, number]): Promise<Point[]> {
    const [[key] = []] = await query(this.#reader, FIND_SERIES, of.host, of.name)
    if (key === undefined) return []
    const statement = (await this.#reader.prepare(select(tier))).raw()
    const length = tier.step * SLICE
    const starts = Array.from({ length: Math.ceil((to - from) / length) }, (_, slice) => from + slice * length)
    const rows = await mapCooperatively(starts, start =>
      statement.all(start, Math.min(start + length, to), Number(key)))
    return rows.flat().map(pointOf)
  }

  /** When the containers with a name were seen. */
  async livesOf ({ host, name }: Named): Promise<(Life & { id: string })[]> {
    const rows = await query(this.#reader, FIND_LIVES, host, name)
    return rows.map(([id, first, last]) => ({ id: String(id), first: Number(first), last: Number(last) }))
  }

  /** Bytes of the file and its journal. */
  async size (): Promise<number> {
    const sizes = await Promise.all([this.#file, `${this.#file}-wal`].map(async file => (await stat(file)).size))
    return sizes.reduce((sum, size) => sum + size)
  }

  /** Moves the journal into the file, and closes it. */
  async close (): Promise<void> {
    await this.#writer.exec('PRAGMA wal_checkpoint(TRUNCATE)').catch(() => {})
    this.#reader.close()
    this.#writer.close()
  }
}
