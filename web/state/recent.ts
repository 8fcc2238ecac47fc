import type { Row } from '../types.ts'

/** Milliseconds that a sparkline shows. */
export const RECENT = 900_000

/** Milliseconds between points, so that each is about a pixel. The latest one may be closer. */
const SPACING = 8000

interface Point {
  at: number
  cpu: number | null
  memory: number | null
}

const byContainer = new Map<string, Point[]>()

const keyOf = ({ host, name }: Pick<Row, 'host' | 'name'>) => `${host}/${name}`

/** Adds the figures of a container to those of the last minutes. */
export function remember (row: Row): void {
  if (row.sampledAt === null) return
  const point = {
    at: Date.parse(row.sampledAt), cpu: row.cpu.cores ?? null, memory: row.memory.workingSetBytes ?? null
  }
  const points = byContainer.get(keyOf(row)) ?? []
  const [before, last] = points.slice(-2)
  if ((last ?? before)?.at === point.at) return
  if (before && last && last.at - before.at < SPACING) points.pop()
  points.push(point)
  while (Number(points[0]?.at) < point.at - RECENT) points.shift()
  byContainer.set(keyOf(row), points)
}

/** Forgets containers that have had no figures for so long. */
export function prune (): void {
  const latest = Math.max(...[...byContainer.values()].flatMap(points => points.slice(-1)).map(({ at }) => at))
  for (const [key, points] of byContainer) if (!(Number(points.at(-1)?.at) >= latest - RECENT)) byContainer.delete(key)
}

/** Puts the figures of the history before those that the page has seen itself. */
export function prepend (row: Row, older: readonly Point[]): void {
  const points = byContainer.get(keyOf(row)) ?? []
  const first = points[0]?.at ?? Infinity
  byContainer.set(keyOf(row), [...older.filter(({ at }) => at < first), ...points])
}

/** The figures of the last 15 minutes, oldest first. */
export const recentOf = (row: Row): readonly Point[] => byContainer.get(keyOf(row)) ?? []
