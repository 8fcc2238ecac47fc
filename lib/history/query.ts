import { InvalidQuery } from '../errors.ts'
import { readMoment } from '../http/moment.ts'
import { once, readCount } from '../http/parameters.ts'
import type { Range } from './grid.ts'
import { WINDOW } from './ring.ts'

const POINTS = { otherwise: 300, most: 2000 }

/** Parameters as parsed: a list of the values given. */
export type RangeQuery = Record<'from' | 'to' | 'points', readonly string[]>

/**
 * Reads the range that a query asks for; by default the last 15 minutes.
 * @param now milliseconds since the epoch
 * @throws InvalidQuery
 */
export function readRange (query: RangeQuery, now: number): Range {
  const [from, to] = [once('from', query.from), once('to', query.to)]
  const end = to === undefined ? now : readMoment('to', to, now)
  const start = from === undefined ? end - WINDOW * 1000 : readMoment('from', from, now)
  if (from !== undefined && start >= end) throw new InvalidQuery('from', from, 'before ?to, which is now by default')
  return { from: start / 1000, to: end / 1000, points: readCount('points', query.points, POINTS) }
}
