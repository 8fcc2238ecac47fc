import type { Grid, Point } from './buckets.ts'

/** A part of a range, in seconds since the epoch. */
export interface Gap {
  from: number
  to: number
}

/**
 * Finds the buckets that contain no points and are not between two polls.
 * @param points in the order of time
 * @param end of the range, seconds since the epoch; where the last bucket may go on
 * @param interval seconds between polls
 */
export function gapsOf (
  points: readonly Pick<Point, 'at' | 'seconds'>[], { start, step, length }: Grid, end: number, interval: number
): Gap[] {
  const gaps: Gap[] = []
  const bucketAt = (at: number) => (at - start) / step
  let last = { at: points.length > 0 ? start : -Infinity, seconds: 0 }
  for (const point of [...points, { at: end, seconds: 0 }]) {
    const reach = Math.max(2 * interval, last.seconds + interval) + 1
    const first = Math.max(0, Math.ceil(bucketAt(last.at + last.seconds)))
    const after = point.at === end ? length : Math.floor(bucketAt(point.at))
    if (point.at - last.at > reach && first < after) gaps.push({ from: start + first * step, to: start + after * step })
    last = point
  }
  return gaps
}
