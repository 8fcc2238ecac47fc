import { Buckets, type Grid, type Point, type Values } from './buckets.ts'
import { COLUMNS, type ColumnName } from './columns.ts'
import type { Disk } from './disk.ts'
import { gapsOf } from './gaps.ts'
import { gridOf, type Range } from './grid.ts'
import type { Memory } from './memory.ts'
import { SLOT, WINDOW } from './ring.ts'
import { HOST, type Life, type Series } from './series.ts'
import { MINUTES, QUARTERS, type Tier } from './tables.ts'

/** The past of a container or host, in columns of the same length. */
export interface HistoryAnswer extends Record<ColumnName, Values> {
  /** ISO 8601. */
  from: string
  to: string
  intervalMs: number
  /** Start of each bucket, ISO 8601. */
  at: string[]
  /** The containers that had the name, with when they were first and last seen. */
  containers: { id: string, from: string, to: string }[]
  /** When the host was not polled, in whole buckets. */
  gaps: { from: string, to: string }[]
}

interface Sources {
  memory: Memory
  disk: Disk | null
  /** Seconds since the epoch. */
  now: number
}

type Named = Pick<Series, 'host' | 'name'>

/** What to find: of whom, in which range, polled at which interval in seconds. */
interface Wanted {
  of: Named
  range: Range
  interval: number
  /** Reads the disk, if there is one. */
  stored (tier: Tier, from: number, to: number): Promise<readonly Point[]>
}

interface Found {
  grid: Grid
  points: readonly Point[]
}

const NOTHING: Found = { grid: { start: 0, step: SLOT, length: 0 }, points: [] }

const floor = (at: number, step: number) => Math.floor(at / step) * step

const isoOf = (seconds: number) => new Date(seconds * 1000).toISOString()

const spanOf = (from: number, to: number) => ({ from: isoOf(from), to: isoOf(to) })

/** The slots of a ring from number `first` on. */
function slotsOf (series: Series | null, first: number): Point[] {
  const points: Point[] = []
  series?.ring.each(first, (at, offset) => {
    points.push({ at, seconds: 1, samples: 1, averages: series.ring.values, peaks: series.ring.peaks, offset })
  })
  return points
}

/** The last 15 minutes from memory; null if it does not reach back as far as the disk, because it began later. */
async function recent ({ memory, now }: Sources, { of, range, interval, stored }: Wanted): Promise<Found | null> {
  if (range.from < now - WINDOW - SLOT) return null // time has passed since the request
  const points = slotsOf(memory.find(of.host, of.name), 0)
  const oldest = points[0] ? floor(points[0].at, MINUTES.step) : now
  const earlier = await stored(MINUTES, floor(range.from, MINUTES.step), oldest)
  return earlier.length === 0 ? { grid: gridOf(range, interval), points } : null
}

/** The finest tier of the disk that reaches back far enough, and what is newer from finer tiers and from memory. */
async function past ({ memory, now }: Sources, { of, range, interval, stored }: Wanted): Promise<Found> {
  const series = memory.find(of.host, of.name)
  const pending = slotsOf(series, series?.ring.stored ?? 0)
  const fine = gridOf(range, Math.max(interval, MINUTES.step))
  const isCoarse = range.from < now - MINUTES.keep || fine.step >= QUARTERS.step
  const grid = isCoarse ? gridOf(range, Math.max(interval, QUARTERS.step)) : fine
  const quarters = isCoarse ? await stored(QUARTERS, grid.start, range.to) : []
  const newest = quarters.at(-1)
  const start = newest ? newest.at + QUARTERS.step : Math.max(grid.start, floor(now - MINUTES.keep, MINUTES.step))
  const minutes = await stored(MINUTES, start, range.to)
  return { grid, points: [...quarters, ...minutes, ...pending] }
}

/** When the host was polled: what memory has, and before that what the disk has. */
async function pollsOf (sources: Sources, wanted: Wanted, { step }: Grid): Promise<readonly Point[]> {
  if (step >= MINUTES.step) return (await past(sources, wanted)).points
  const { of, range, stored } = wanted
  const slots = slotsOf(sources.memory.find(of.host, of.name), 0)
  const oldest = slots[0]?.at ?? range.to
  return [...await stored(MINUTES, floor(range.from, MINUTES.step), oldest), ...slots]
}

/** The containers that had the name in the range, the first of them first. */
async function containersOf (
  { memory, disk }: Sources, of: Named, { from, to }: Range
): Promise<HistoryAnswer['containers']> {
  const lives = new Map<string, Life>()
  const stored = await disk?.lives(of) ?? []
  for (const { id, first, last } of [...stored, ...memory.find(of.host, of.name)?.lives ?? []]) {
    const life = lives.get(id) ?? { first, last }
    lives.set(id, { id, first: Math.min(life.first, first), last: Math.max(life.last, last) })
  }
  return [...lives.values()].filter(({ first, last }) => first <= to && last >= from)
    .sort((a, b) => a.first - b.first)
    .map(({ id, first, last }) => ({ id, ...spanOf(first, last) }))
}

export async function answerOf (sources: Sources, of: Named, given: Range): Promise<HistoryAnswer> {
  const { memory, disk, now } = sources
  const interval = Math.max(memory.find(of.host, HOST)?.ring.interval ?? SLOT, SLOT)
  const oldest = now - (disk ? QUARTERS.keep : WINDOW)
  const range = { ...given, from: Math.max(given.from, oldest), to: Math.min(given.to, now) }
  const wantedOf = (of: Named): Wanted => {
    const stored: Wanted['stored'] = async (tier, from, to) => await disk?.points(tier, of, [from, to]) ?? []
    return { of, range, interval, stored }
  }
  const wanted = wantedOf(of)
  const found = range.from < range.to && (await recent(sources, wanted) ?? await past(sources, wanted))
  const { grid, points } = found || NOTHING
  const buckets = new Buckets(grid)
  for (const point of points) if (point.at < range.to) buckets.add(point, 2 * interval + 1)
  const gapsIn = (points: readonly Point[]) =>
    gapsOf(points.filter(({ at }) => at < range.to), grid, range.to, interval)
  let gaps = gapsIn(points)
  if (gaps.length > 0 && of.name !== HOST) {
    const polls = await pollsOf(sources, wantedOf({ host: of.host, name: HOST }), grid)
    gaps = gapsIn([...polls, ...points].sort((a, b) => a.at - b.at))
  }
  const { start, step, length } = grid
  const values = COLUMNS.map(({ name }, column) => [name, buckets.column(column)] as const)
  return {
    ...spanOf(Math.min(range.from, range.to), range.to),
    intervalMs: step * 1000,
    at: Array.from({ length }, (_, bucket) => isoOf(start + bucket * step)),
    ...Object.fromEntries(values) as Record<ColumnName, Values>,
    containers: await containersOf(sources, of, range),
    gaps: gaps.map(({ from, to }) => spanOf(from, to))
  }
}
