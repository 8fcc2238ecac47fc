import { COLUMNS, WIDTH, rounded } from './columns.ts'

/** Stored as `PRAGMA user_version`. */
export const VERSION = 1

/** A table of averages and maxima. */
export interface Tier {
  table: 'minutes' | 'quarters'
  /** Seconds of a row. */
  step: number
  /** Seconds that rows are kept. */
  keep: number
  /** Maximum number of rows per series that one write deletes, so that a clock that is set ahead costs little. */
  deletes: number
}

export const MINUTES: Tier = { table: 'minutes', step: 60, keep: 86_400, deletes: 2 }
export const QUARTERS: Tier = { table: 'quarters', step: 900, keep: 30 * 86_400, deletes: 2 }

const averages = COLUMNS.map(({ sql }) => `${sql}_avg`)
const peaks = COLUMNS.map(({ sql }) => `${sql}_max`)
const values = [...averages, ...peaks].join(', ')

/** By time first, because a minute is then written to a few pages instead of one per container. */
const valuesTable = ({ table }: Tier) => `
  CREATE TABLE ${table} (
    at INTEGER NOT NULL,
    series INTEGER NOT NULL,
    samples INTEGER NOT NULL,
    ${[...averages, ...peaks].map(name => `${name} REAL`).join(',\n    ')},
    PRIMARY KEY (at, series)
  ) WITHOUT ROWID;
  CREATE VIEW ${table}_by_name AS
    SELECT host, name, datetime(at, 'unixepoch') AS time, ${table}.*
    FROM ${table} JOIN series ON series.key = ${table}.series;`

export const CREATE = `
  CREATE TABLE series (key INTEGER PRIMARY KEY, host TEXT NOT NULL, name TEXT NOT NULL, UNIQUE (host, name));
  CREATE TABLE containers (
    series INTEGER NOT NULL,
    id TEXT NOT NULL,
    first INTEGER NOT NULL,
    last INTEGER NOT NULL,
    PRIMARY KEY (series, id)
  ) WITHOUT ROWID;
  ${valuesTable(MINUTES)}
  ${valuesTable(QUARTERS)}
  PRAGMA user_version = ${VERSION};`

/** Text as SQL, in hexadecimal, so that no name can mean anything else. */
const text = (value: string) => `CAST(x'${Buffer.from(value).toString('hex')}' AS TEXT)`

export const addSeries = (names: readonly { host: string, name: string }[]): string =>
  'INSERT OR IGNORE INTO series (host, name) VALUES ' +
  names.map(({ host, name }) => `(${text(host)}, ${text(name)})`).join()

export const addLives = (lives: readonly { series: number, id: string, first: number, last: number }[]): string =>
  'INSERT INTO containers VALUES ' +
  lives.map(({ series, id, first, last }) => `(${series}, ${text(id)}, ${first}, ${last})`).join() +
  'ON CONFLICT DO UPDATE SET first = min(first, excluded.first), last = max(last, excluded.last)'

/** A row of values, as SQL. `cells` has all averages, then all maxima. */
export function rowText (at: number, series: number, samples: number, cells: ArrayLike<number>): string {
  let row = `(${at},${series},${samples}`
  for (let cell = 0; cell < 2 * WIDTH; cell++) row += `,${rounded(Number(cells[cell]), cell % WIDTH)}`
  return `${row})`
}

const mergedAverage = (name: string) => `${name} = coalesce(
  (${name} * samples + excluded.${name} * excluded.samples) / (samples + excluded.samples), ${name}, excluded.${name})`
const mergedPeak = (name: string) => `${name} = coalesce(max(${name}, excluded.${name}), ${name}, excluded.${name})`

/** A restart within a minute continues its row. */
const MERGE = `ON CONFLICT DO UPDATE SET ${[...averages.map(mergedAverage), ...peaks.map(mergedPeak)].join()},
  samples = samples + excluded.samples`

export const addMinutes = (rows: readonly string[]): string => `INSERT INTO minutes VALUES ${rows.join()} ${MERGE}`

const rolledAverage = (name: string) => `sum(${name} * samples) / sum(iif(${name} IS NULL, NULL, samples))`

/** Makes quarters of an hour from the minutes from `start` until before `end`. */
export const rollUp = (start: number, end: number): string =>
  `INSERT OR REPLACE INTO quarters SELECT at / 900 * 900, series, sum(samples),
  ${[...averages.map(rolledAverage), ...peaks.map(name => `max(${name})`)].join()}
  FROM minutes WHERE at >= ${start} AND at < ${end} GROUP BY at / 900, series`

/** Deletes rows that are too old, the oldest first. */
export const prune = ({ table, step, keep, deletes }: Tier, now: number): string =>
  `DELETE FROM ${table} WHERE at < min(${Math.floor(now) - keep}, (SELECT min(at) FROM ${table}) + ${deletes * step})`

/** Forgets containers, and names, of which no values are left. */
export const forget = (now: number): string => `
  DELETE FROM containers WHERE last < min(${Math.floor(now) - QUARTERS.keep},
    (SELECT min(last) FROM containers) + ${QUARTERS.deletes * QUARTERS.step});
  DELETE FROM series WHERE name <> '' AND key NOT IN (SELECT series FROM containers)`

export const FIND_SERIES = 'SELECT key FROM series WHERE host = ? AND name = ?'

export const FIND_LIVES = `SELECT id, first, last FROM containers
  WHERE series = (SELECT key FROM series WHERE host = ? AND name = ?)`

/** Until when there are quarters of an hour, or else from when there are minutes. */
export const ROLLED =
  'SELECT coalesce((SELECT max(at) + 900 FROM quarters), (SELECT min(at) / 900 * 900 FROM minutes))'

/** The rows of a series from a time until before another: time, samples, averages, maxima. */
export const select = ({ table, step }: Tier): string => `
  WITH RECURSIVE times (at) AS (SELECT ?1 UNION ALL SELECT at + ${step} FROM times WHERE at + ${step} < ?2)
  SELECT at, samples, ${values} FROM times JOIN ${table} USING (at) WHERE series = ?3`
