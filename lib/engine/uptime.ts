/** Bounds of an uptime by the Engine's clock, seconds: `least` is inclusive, `below` exclusive. */
export interface Uptime {
  least: number
  below: number
}

const MINUTE = 60
const HOUR = 3600
const DAY = 24 * HOUR

/** Hours are rounded to the nearest, and days, weeks and months are computed from rounded hours; years are not. */
const HALF = HOUR / 2

/** Seconds per unit, and how many seconds before the exact multiple rounding already yields that number. */
const UNITS = new Map([
  ['second', { length: 1, early: 0 }],
  ['minute', { length: MINUTE, early: 0 }],
  ['hour', { length: HOUR, early: HALF }],
  ['day', { length: DAY, early: HALF }],
  ['week', { length: 7 * DAY, early: HALF }],
  ['month', { length: 30 * DAY, early: HALF }],
  ['year', { length: 365 * DAY, early: 0 }]
])

/**
 * Parses the status in a list, such as `Up About an hour (healthy)`; null if it contains no uptime.
 * Source: HumanDuration in docker/go-units `duration.go`, which both Docker and Podman use.
 */
export function parseUptime (status: string): Uptime | null {
  const [, phrase = ''] = /^Up (.+?)(?: ago)?(?: \(.*)?$/.exec(status) ?? []
  if (phrase === 'Less than a second') return { least: -Infinity, below: 1 } // also if the clock was set back
  const [, number, name = ''] = /^(?:(\d+)|About an?) (\w+?)s?$/.exec(phrase) ?? []
  const unit = UNITS.get(name)
  if (!unit) return null
  const start = Number(number ?? 1) * unit.length
  // "About an hour" starts at 60 minutes, although hours are rounded up from 30.
  const least = number === undefined ? start : start - unit.early
  return { least, below: start + unit.length - unit.early }
}
