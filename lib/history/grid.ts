import type { Grid } from './buckets.ts'

/** Lengths of buckets in seconds: divisors of an hour or a day, so that charts of the same range line up. */
const STEPS = [
  1, 2, 5, 10, 15, 30, 60, 120, 180, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200, 86_400, 172_800
]

const aligned = (from: number, to: number, step: number): Grid => {
  const start = Math.floor(from / step) * step
  return { start, step, length: Math.ceil((to - start) / step) }
}

export interface Range {
  /** Seconds since the epoch. */
  from: number
  to: number
  /** Maximum number of buckets. */
  points: number
}

/**
 * Divides a range into buckets.
 * @param shortest seconds of the shortest bucket
 */
export function gridOf ({ from, to, points }: Range, shortest: number): Grid {
  const steps = STEPS.filter(step => step >= shortest)
  const fitting = steps.filter(step => step < to - from).map(step => aligned(from, to, step))
    .find(({ length }) => length <= points)
  if (fitting) return fitting
  const least = Math.min(...steps)
  const start = Math.floor(from / least) * least
  const step = Math.ceil((to - start) / least / points) * least
  return { start, step, length: Math.ceil((to - start) / step) }
}
