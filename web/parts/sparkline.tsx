import { RECENT } from '../state/recent.ts'

interface Props {
  points: readonly { at: number, value: number | null }[]
  /** The value at the top; default: the highest one. */
  most?: number | null
  label: string
}

const WIDTH = 96
const HEIGHT = 22
/** Milliseconds without a point that break the line. */
const GAP = 60_000

/** The last 15 minutes as a small area. */
export function Sparkline ({ points, most, label }: Props) {
  const end = points.at(-1)?.at ?? 0
  const top = most ?? Math.max(...points.map(({ value }) => value ?? 0), Number.MIN_VALUE)
  const x = (at: number) => Math.round((1 - (end - at) / RECENT) * WIDTH * 10) / 10
  const y = (value: number) => Math.round((1 - Math.min(value / top, 1)) * (HEIGHT - 2) * 10) / 10 + 1
  const runs: string[][] = []
  let before = -Infinity
  for (const { at, value } of points) {
    if (value === null) continue
    if (at - before > GAP) runs.push([])
    runs.at(-1)?.push(`${x(at)},${y(value)}`)
    before = at
  }
  return (
    <svg class='spark' viewBox={`0 0 ${WIDTH} ${HEIGHT}`} width={WIDTH} height={HEIGHT} role='img' aria-label={label}>
      {runs.map((run, index) => {
        const [from = '', to = ''] = [run[0]?.split(',')[0], run.at(-1)?.split(',')[0]]
        return (
          <g key={index}>
            <polygon points={`${from},${HEIGHT} ${run.join(' ')} ${to},${HEIGHT}`} />
            <polyline points={run.join(' ')} />
          </g>
        )
      })}
    </svg>
  )
}
