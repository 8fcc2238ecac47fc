import { InvalidQuery } from '../errors.ts'

const UNITS: ReadonlyMap<string, number> = new Map([['s', 1000], ['m', 60_000], ['h', 3_600_000], ['d', 86_400_000]])

const RFC_3339 = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d))?$/i

function parse (text: string, now: number): number {
  const [, amount, unit] = /^(\d+)([smhd])$/.exec(text) ?? []
  if (amount !== undefined && unit !== undefined) return now - Number(amount) * Number(UNITS.get(unit))
  if (/^\d+(\.\d+)?$/.test(text)) return Number(text) * 1000
  return RFC_3339.test(text) ? Date.parse(text) : NaN
}

/**
 * Reads a point in time from a query: RFC 3339, Unix seconds, or how long ago (`90s`, `15m`, `24h`, `30d`), as
 * `docker events --since` accepts it.
 * @param now milliseconds since the epoch
 * @returns milliseconds since the epoch
 * @throws InvalidQuery
 */
export function readMoment (parameter: string, text: string, now: number): number {
  const at = parse(text, now)
  if (Math.abs(at) <= 8.64e15) return at // the range of Date
  throw new InvalidQuery(parameter, text, 'a time such as 2026-01-31T12:00:00Z, 1769860800 (Unix seconds) or 15m (ago)')
}
