const DAY = 86_400

/** Seconds between the random points of the noise, which is the sum of these. */
const GRIDS = [8, 45, 300]
/** Share of the mean by which each of them raises or lowers a rate at most. */
const NOISE = 0.2

export interface Shape {
  /** Decides when bursts begin and, with `noise`, what is random. */
  seed: number
  /** Rates with other numbers have other noise, but the same bursts. */
  noise: number
  /** Share of the mean by which the rate is higher in the afternoon and lower at night, at most 0.4. */
  swing: number
  /** Adds up to `height` times the mean for some seconds, again and again; null if it has none. */
  burst: { every: number, lasts: number, height: number } | null
}

/** A number from 0 to 1, which is the same for the same arguments. */
function random (seed: number, index: number): number {
  let bits = Math.imul(seed ^ Math.imul(index, 0x9e3779b1), 0x85ebca6b)
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35)
  return ((bits ^ (bits >>> 16)) >>> 0) / 2 ** 32
}

/** A smooth random curve from 0 to 1. Times are seconds since the epoch. */
function wave (seed: number, at: number, grid: number): number {
  const index = Math.floor(at / grid)
  const part = at / grid - index
  const [from, to] = [random(seed, index), random(seed, index + 1)]
  return from + (to - from) * part ** 2 * (3 - 2 * part)
}

/** From -1 to 1, highest at 15:00 UTC. */
const daytime = (at: number): number => Math.sin((at / DAY - 0.375) * 2 * Math.PI)

const daytimeTotal = (at: number): number => -Math.cos((at / DAY - 0.375) * 2 * Math.PI) * DAY / (2 * Math.PI)

/** The slope of a wave is at most 1.5 / grid. */
const noiseTotal = (seed: number, at: number): number =>
  GRIDS.reduce((total, grid) => total + wave(seed + grid, at, grid) * grid * NOISE / 1.5, 0)

/** Bursts begin and end smoothly. */
function burstTotal ({ seed, burst }: Shape, at: number): number {
  if (!burst) return 0
  const { every, lasts, height } = burst
  const since = at + random(seed, 0) * every
  const part = Math.min(1, since % every / lasts)
  const partial = lasts / 2 * (part - Math.sin(2 * Math.PI * part) / (2 * Math.PI))
  return height * (Math.floor(since / every) * lasts / 2 + partial)
}

/**
 * How much a counter grows between two times, seconds since the epoch. It never falls, because the mean rate exceeds
 * everything that lowers it.
 * @param mean per second, without bursts
 */
export function growthOf (mean: number, shape: Shape, from: number, to: number): number {
  const { seed, swing } = shape
  const rhythm = swing * (daytimeTotal(to) - daytimeTotal(from))
  const noise = noiseTotal(seed + shape.noise, to) - noiseTotal(seed + shape.noise, from)
  const bursts = burstTotal(shape, to) - burstTotal(shape, from)
  return mean * (to - from + rhythm + noise + bursts)
}

/** A level such as memory in use, which moves slowly around its mean. */
export function levelOf (mean: number, { seed, swing }: Omit<Shape, 'noise'>, at: number): number {
  const noise = wave(seed, at, 60) + wave(seed + 1, at, 900) - 1
  return mean * (1 + swing * daytime(at) / 4 + noise / 10)
}
