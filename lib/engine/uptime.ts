/** For how long a container has been up by the Engine's clock, seconds: at least, and less than. */
export interface Uptime {
  least: number
  below: number
}

const MINUTE = 60
const HOUR = 3600
const DAY = 24 * HOUR

/** Hours are rounded to the nearest, and days, weeks and months are counted from those; years are not. */
const HALF = HOUR / 2

/** Seconds of one unit, and how much earlier than its multiple a number of it begins. */
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
 * Reads the words of a list, such as `Up About an hour (healthy)`.
 * Source: docker/go-units `duration.go`, HumanDuration, which both Docker and Podman use.
 * @returns null when they do not say
 */
export function parseUptime (status: string): Uptime | null {
  const [, phrase = ''] = /^Up (.+?)(?: ago)?(?: \(.*)?$/.exec(status) ?? []
  if (phrase === 'Less than a second') return { least: -Infinity, below: 1 } // also where the clock was set back
  const [, number, name = ''] = /^(?:(\d+)|About an?) (\w+?)s?$/.exec(phrase) ?? []
  const unit = UNITS.get(name)
  if (!unit) return null
  const start = Number(number ?? 1) * unit.length
  // An hour is only said from 60 minutes on, though it is rounded from 30.
  const least = number === undefined ? start : start - unit.early
  return { least, below: start + unit.length - unit.early }
}
