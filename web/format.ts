import type { Maybe } from './types.ts'

const UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB']

/** Shown instead of an unknown number. */
export const UNKNOWN = '–'

/** Three digits at least, without a fraction from 100 on. */
const digits = (value: number) => value >= 100 || Number.isInteger(value)
  ? value.toFixed(0)
  : value.toFixed(value >= 10 ? 1 : 2)

/** Bytes in the binary units of `docker stats`, such as `12.5 MiB`. */
export function bytes (value: Maybe): string {
  if (value == null) return UNKNOWN
  let [scaled, power] = [value, 0]
  for (; Math.round(scaled) >= 1024 && power < UNITS.length - 1; power++) scaled /= 1024
  return `${power === 0 ? Math.round(value) : digits(scaled)} ${UNITS[power]}`
}

export const rate = (value: Maybe): string => value == null ? UNKNOWN : `${bytes(value)}/s`

/** 1 core is 100 %, as in `docker stats`. */
export const percent = (value: Maybe): string => {
  if (value == null) return UNKNOWN
  return `${value >= 99.95 ? value.toFixed(0) : value.toFixed(1)} %`
}

export const cores = (value: Maybe): string => value == null ? UNKNOWN : value.toFixed(2)

const SPANS: [number, string, string][] = [
  [86_400, 'day', 'd'], [3600, 'hour', 'h'], [60, 'minute', 'min'], [1, 'second', 's']
]

/** Such as `3 d` or `12 min`. */
export function span (milliseconds: number): string {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000))
  const [size, , unit] = SPANS.find(([size]) => seconds >= size) ?? [1, '', 's']
  return `${Math.floor(seconds / size)} ${unit}`
}

const today = new Intl.DateTimeFormat(undefined, { timeStyle: 'medium' })
const other = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' })

/** In the time zone of the reader; without the date if it is today. */
export function time (at: string | number): string {
  const date = new Date(at)
  return (date.toDateString() === new Date().toDateString() ? today : other).format(date)
}
