import { useEffect, useRef } from 'preact/hooks'
import UPlot from 'uplot'
import { bytes, cores, rate } from '../format.ts'
import type { Maybe } from '../types.ts'

/** How the figures of a graph are written, and which steps its axis has. */
export interface Unit {
  format (value: Maybe): string
  /** The least highest value, so that noise near nothing looks like nothing. */
  least: number
  steps: number[]
}

const BINARY = Array.from({ length: 50 }, (_, power) => 2 ** power)
const DECIMAL = Array.from({ length: 8 }, (_, power) => [1, 2, 5].map(digit => digit * 10 ** (power - 3))).flat()

export const CORES: Unit = { format: cores, least: 0.1, steps: DECIMAL }
export const BYTES: Unit = { format: bytes, least: 2 ** 20, steps: BINARY }
export const RATE: Unit = { format: rate, least: 1024, steps: BINARY }

export interface Series {
  label: string
  values: readonly Maybe[]
}

/** Something that happened, as a line over the graph. */
export interface Mark {
  /** Milliseconds since the epoch. */
  at: number
  mood: string
}

interface Props {
  title: string
  /** Milliseconds since the epoch. */
  at: readonly number[]
  series: readonly Series[]
  unit: Unit
  limit?: Maybe
  marks: readonly Mark[]
}

/** The label of a line that only shows the highest values of another one. */
export const HIGHEST = 'highest'

const HEIGHT = 190
/** The share of a limit from which on the graph reaches up to the limit. */
const NEAR = 0.3

const colour = (name: string) => getComputedStyle(document.documentElement).getPropertyValue(name).trim()

/** Draws the limit and the marks on top of a graph. */
function overlay (plot: UPlot, limit: Maybe, marks: readonly Mark[]) {
  const { ctx, bbox: { left, top, width, height } } = plot
  ctx.save()
  ctx.lineWidth = Math.round(devicePixelRatio)
  /** Where a line covers whole pixels. */
  const sharp = (position: number) => Math.round(position) + ctx.lineWidth % 2 / 2
  const line = (x0: number, y0: number, x1: number, y1: number) => {
    ctx.beginPath()
    ctx.moveTo(x0, y0)
    ctx.lineTo(x1, y1)
    ctx.stroke()
  }
  const y = limit == null ? -1 : sharp(plot.valToPos(limit, 'y', true))
  if (y >= top && y <= top + height) {
    ctx.strokeStyle = colour('--bad')
    ctx.setLineDash([6 * devicePixelRatio, 4 * devicePixelRatio])
    line(left, y, left + width, y)
  }
  ctx.setLineDash([])
  for (const { at, mood } of marks) {
    const x = sharp(plot.valToPos(at / 1000, 'x', true))
    if (x < left || x > left + width) continue
    ctx.strokeStyle = colour(`--${mood}`)
    line(x, top, x, top + height)
  }
  ctx.restore()
}

/** Graphs with the same key share the cursor. */
const SYNC = 'container'

const clock = new Intl.DateTimeFormat(undefined, { timeStyle: 'short' })
const day = new Intl.DateTimeFormat(undefined, { month: 'short', day: 'numeric' })
const full = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'medium' })

const DAY = 86_400

/** Times of the axis in the reader's zone and language. */
const timesOf = (_plot: UPlot, splits: number[], _axis: number, _space: number, increment: number) =>
  splits.map(split => (increment >= DAY ? day : clock).format(split * 1000))

function topOf (max: number, least: number, limit: Maybe): number {
  const isNear = limit != null && max >= NEAR * limit
  return Math.max(1.08 * max, least, isNear ? 1.05 * limit : 0)
}

function optionsOf (latest: { current: Props }, width: number): UPlot.Options {
  const { series, unit: { format, least, steps } } = latest.current
  const [first = '', second = ''] = [colour('--accent'), colour('--second')]
  const axis = { stroke: colour('--soft'), grid: { stroke: colour('--line'), width: 1 }, ticks: { show: false } }
  const values = (_plot: UPlot, splits: number[]) => splits.map(split => format(split))
  return {
    width,
    height: HEIGHT,
    cursor: { sync: { key: SYNC }, points: { size: 5 }, drag: { x: false, y: false } },
    legend: { live: true },
    scales: { y: { range: (_plot, _min, max) => [0, topOf(max ?? 0, least, latest.current.limit)] } },
    axes: [{ ...axis, size: 32, values: timesOf }, { ...axis, size: 78, values, incrs: steps }],
    series: [
      { label: 'time', value: (_plot, at) => at === null ? '' : full.format(at * 1000) },
      ...series.map(({ label }, index) => ({
        label,
        stroke: index === 0 ? first : second,
        ...index === 0 ? { fill: `${first}1c` } : {},
        width: 1.5,
        spanGaps: false,
        points: { show: false },
        value: (_plot: UPlot, value: number | null) => format(value)
      }))
    ],
    hooks: { draw: [plot => overlay(plot, latest.current.limit, latest.current.marks)] }
  }
}

const dataOf = ({ at, series }: Props) =>
  [at.map(time => time / 1000), ...series.map(({ values }) => values)] as UPlot.AlignedData

/** The latest and the highest value of each line in words, also for those who cannot see it. */
function Summary ({ series, unit: { format }, limit }: Props) {
  const all = series.map(({ label, values }) => ({ label, values: values.filter(value => value != null) }))
  const known = all.filter(({ label }) => label !== HIGHEST)
  if (known.every(({ values }) => values.length === 0)) return <span class='summary'>no figures in this time</span>
  return (
    <span class='summary'>
      {known.map(({ label, values }) => `${label} ${format(values.at(-1))}`).join(' · ')}
      {' '}· highest {format(Math.max(...all.flatMap(({ values }) => values)))}
      {limit != null && ` · limit ${format(limit)}`}
    </span>
  )
}

/** A graph over time with a limit and marks. It is drawn anew if its colours change, and else gets the new data. */
export function Graph (props: Props & { scheme: string }) {
  const { title, scheme } = props
  const place = useRef<HTMLDivElement>(null)
  const plot = useRef<UPlot | null>(null)
  const latest = useRef<Props>(props)
  latest.current = props
  useEffect(() => {
    const element = place.current
    if (!element) return
    const made = new UPlot(optionsOf(latest, element.clientWidth), dataOf(latest.current), element)
    plot.current = made
    const resized = new ResizeObserver(() => made.setSize({ width: element.clientWidth, height: HEIGHT }))
    resized.observe(element)
    return () => {
      resized.disconnect()
      made.destroy()
    }
  }, [scheme])
  useEffect(() => plot.current?.setData(dataOf(latest.current)), [props.at, props.series, props.limit, props.marks])
  return (
    <figure class='graph'>
      <figcaption>{title} <Summary {...props} /></figcaption>
      <div ref={place} />
    </figure>
  )
}
