import { InvalidQuery } from '../errors.ts'
import { readMoment } from '../http/moment.ts'
import type { Range } from './grid.ts'
import { WINDOW } from './ring.ts'

const POINTS = { default: 300, most: 2000 }

function readPoints (text: string): number {
  const points = /^\d{1,4}$/.test(text) ? Number(text) : 0
  if (points >= 1 && points <= POINTS.most) return points
  throw new InvalidQuery('points', text, `an integer from 1 to ${POINTS.most}`)
}

/** Parameters as parsed: a list of the values given. */
export type RangeQuery = Record<'from' | 'to' | 'points', readonly string[]>

/** The value of a parameter that can be given once. */
function single (query: RangeQuery, parameter: keyof RangeQuery): string | undefined {
  const [value, ...others] = query[parameter]
  if (others.length > 0) throw new InvalidQuery(parameter, query[parameter].join(), 'given once')
  return value
}

/**
 * Reads the range that a query asks for; by default the last 15 minutes.
 * @param now milliseconds since the epoch
 * @throws InvalidQuery
 */
export function readRange (query: RangeQuery, now: number): Range {
  const [from, to, points] = [single(query, 'from'), single(query, 'to'), single(query, 'points')]
  const end = to === undefined ? now : readMoment('to', to, now)
  const start = from === undefined ? end - WINDOW * 1000 : readMoment('from', from, now)
  if (from !== undefined && start >= end) throw new InvalidQuery('from', from, 'before ?to, which is now by default')
  return { from: start / 1000, to: end / 1000, points: points === undefined ? POINTS.default : readPoints(points) }
}
