import { mkdir, open, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { mapCooperatively, piecesOf } from '../cooperative.ts'
import type { Point } from './buckets.ts'
import { WIDTH } from './columns.ts'
import type { Life, Series } from './series.ts'
import {
  addSeries, CREATE, FIND_LIVES, FIND_SERIES, MINUTES, QUARTERS, ROLLED, select, VERSION, type Tier
} from './tables.ts'

type Result = unknown[][]

/** For writes: executes scripts on a thread of its own, and statements on the calling thread. */
interface Writer {
  exec (sql: string): Promise<void>
  prepare (sql: string): Promise<{ raw (): { all (...values: (string | number)[]): Promise<Result> } }>
  close (): void
}

/** For reads, which need not wait for a write. Reads at the same time must not share a statement, so they are short. */
interface Reader {
  exec (sql: string): unknown
  prepare (sql: string): { raw (): Query }
  close (): void
}

interface Query {
  all (...values: (string | number)[]): unknown[]
}

type Named = Pick<Series, 'host' | 'name'>

interface Opened {
  file: string
  writer: Writer
  reader: Reader
}

/** Pages are cached by the system too. The journal is shortened after a checkpoint. */
const SETTINGS = 'PRAGMA synchronous = NORMAL; PRAGMA cache_size = -1024; PRAGMA journal_size_limit = 4194304'
/** Rows that one read returns, because reads block the event loop: about 2 ms. */
const SLICE = 256
/** Series that one statement adds. */
const PIECE = 500

const query = async (writer: Writer, sql: string) => await (await writer.prepare(sql)).raw().all()

const pointOf = ([at, samples, ...values]: unknown[], seconds: number): Point => {
  const numbers = values as (number | null)[]
  const peaks = numbers.slice(WIDTH)
  return { at: Number(at), seconds, samples: Number(samples), averages: numbers, peaks, offset: 0 }
}

async function createTables (writer: Writer): Promise<void> {
  const [[version, tables] = []] = await query(writer,
    'SELECT user_version, (SELECT count(*) FROM sqlite_schema) FROM pragma_user_version')
  if (version === VERSION) return
  if (tables !== 0) throw new Error('it belongs to another program, or another version of this one')
  await writer.exec(`PRAGMA journal_mode = WAL; BEGIN; ${CREATE} COMMIT`)
}

/** The open database file. Keys and similar knowledge end with it. */
export class Database {
  readonly keys = new WeakMap<Series, number>()
  /** Lives of containers that it contains. */
  readonly lives = new WeakSet<Life>()
  /** Until when the minutes have been made into quarters of an hour; null if there are no minutes. */
  rolledTo: number | null
  readonly #opened: Opened
  readonly #keyOf: Query
  readonly #livesOf: Query
  readonly #pointsOf: Readonly<Record<Tier['table'], Query>>

  private constructor (opened: Opened, rolledTo: number | null) {
    const query = (sql: string) => opened.reader.prepare(sql).raw()
    this.#opened = opened
    this.rolledTo = rolledTo
    this.#keyOf = query(FIND_SERIES)
    this.#livesOf = query(FIND_LIVES)
    this.#pointsOf = { minutes: query(select(MINUTES)), quarters: query(select(QUARTERS)) }
  }

  /** Opens a file, which only the user can read; creates it and its folder if they are missing. */
  static async open (file: string): Promise<Database> {
    await mkdir(dirname(file), { recursive: true })
    await (await open(file, 'a', 0o600)).close()
    const [{ default: AsyncLibSql }, { default: LibSql }] =
      await Promise.all([import('libsql/promise'), import('libsql')])
    const writer: Writer = new AsyncLibSql(file, {})
    const reader: Reader = new LibSql(file)
    try {
      for (const connection of [writer, reader]) await connection.exec(SETTINGS)
      await createTables(writer)
      const [[rolledTo] = []] = await query(writer, ROLLED)
      return new Database({ file, writer, reader }, rolledTo === null ? null : Number(rolledTo))
    } catch (error) {
      for (const connection of [writer, reader]) connection.close()
      throw error
    }
  }

  /** Executes statements in one transaction. After a failure, the database has to be closed. */
  async write (statements: AsyncIterable<string>): Promise<void> {
    const { writer } = this.#opened
    await writer.exec('BEGIN IMMEDIATE')
    for await (const statement of statements) await writer.exec(statement)
    await writer.exec('COMMIT')
  }

  /** Gives keys to series; within a transaction. */
  async addKeys (all: readonly Series[]): Promise<void> {
    const { writer } = this.#opened
    const fresh = all.filter(series => !this.keys.has(series))
    if (fresh.length === 0) return
    for (const piece of piecesOf(fresh, PIECE)) await writer.exec(addSeries(piece))
    const keyOf = (await writer.prepare(FIND_SERIES)).raw()
    await mapCooperatively(fresh, async series => {
      const [[key] = []] = await keyOf.all(series.host, series.name)
      this.keys.set(series, Number(key))
    })
  }

  /** The rows of a series from a time until before another, seconds since the epoch. */
  async points ({ table, step }: Tier, { host, name }: Named, [from, to]: [number, number]): Promise<Point[]> {
    const [[key] = []] = this.#keyOf.all(host, name) as Result
    if (key === undefined) return []
    const length = step * SLICE
    const starts = Array.from({ length: Math.ceil((to - from) / length) }, (_, slice) => from + slice * length)
    const rows = await mapCooperatively(starts, start =>
      this.#pointsOf[table].all(start, Math.min(start + length, to), Number(key)) as Result)
    return rows.flat().map(row => pointOf(row, step))
  }

  livesOf ({ host, name }: Named): Life[] {
    const rows = this.#livesOf.all(host, name) as Result
    return rows.map(([id, first, last]) => ({ id: String(id), first: Number(first), last: Number(last) }))
  }

  /** Bytes of the file and its journal. */
  async size (): Promise<number> {
    const { file } = this.#opened
    const sizes = await Promise.all([file, `${file}-wal`].map(async name => (await stat(name)).size))
    return sizes.reduce((sum, size) => sum + size)
  }

  /** Moves the journal into the file, and closes it. */
  async close (): Promise<void> {
    const { writer, reader } = this.#opened
    await writer.exec('PRAGMA wal_checkpoint(TRUNCATE)').catch(() => {})
    for (const connection of [reader, writer]) connection.close()
  }
}
