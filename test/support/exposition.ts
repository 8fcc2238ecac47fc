/**
 * Parses metrics strictly, independently of our encoder. Sources: "Text-based format" of the Prometheus documentation,
 * and the OpenMetrics 1.0 specification. Accepts no timestamps and no exemplars, because we never write any.
 */

export interface Series {
  name: string
  labels: ReadonlyMap<string, string>
  value: number
}

export interface Metric {
  name: string
  type: string
  series: Series[]
}

type Format = 'text' | 'openmetrics'

const METADATA = /^# (HELP|TYPE|UNIT) ([a-zA-Z_:][a-zA-Z0-9_:]*) (.*)$/s
const SAMPLE = /^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})? (\S+)$/s
const LABEL = /^([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\]|\\["\\n])*)"(?:,(?=.)|$)/s
const NUMBER = /^(?:[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?|[+-]Inf|NaN)$/i

/** The suffixes that the samples of each type have. */
const SUFFIXES: Record<Format, Record<string, readonly string[]>> = {
  text: { counter: [''], gauge: [''], histogram: ['_bucket', '_sum', '_count'], summary: ['', '_sum', '_count'] },
  openmetrics: {
    counter: ['_total', '_created'],
    gauge: [''],
    info: ['_info'],
    histogram: ['_bucket', '_sum', '_count', '_created'],
    summary: ['', '_sum', '_count', '_created']
  }
}

function labelsIn (text: string): Map<string, string> {
  const labels = new Map<string, string>()
  for (let rest = text; rest !== '';) {
    const [whole, name = '', escaped = ''] = LABEL.exec(rest) ?? []
    if (whole === undefined) throw new Error(`invalid labels: ${text}`)
    if (labels.has(name)) throw new Error(`a label appears twice: ${text}`)
    labels.set(name, escaped.replace(/\\(.)/g, (_, character) => character === 'n' ? '\n' : character))
    rest = rest.slice(whole.length)
  }
  return labels
}

function seriesIn (line: string): Series {
  const [, name, labels = '', number = ''] = SAMPLE.exec(line) ?? []
  if (name === undefined || !NUMBER.test(number)) throw new Error(`not a sample: ${line}`)
  return { name, labels: labelsIn(labels), value: Number(number.replace(/inf$/i, 'Infinity')) }
}

/** Counts what only grows, so it can be neither negative nor unknown. */
const isCount = ({ type, name }: Metric, series: Series) =>
  type === 'counter' || (type === 'histogram' && series.name !== `${name}_sum`)

function check (metric: Metric, format: Format, series: Series) {
  const { name, type } = metric
  const suffixes = SUFFIXES[format][type] ?? []
  if (!suffixes.some(suffix => series.name === name + suffix)) throw new Error(`${series.name} is outside its family`)
  if (isCount(metric, series) && !(series.value >= 0)) throw new Error(`${series.name} is ${series.value}`)
  if (type === 'info' && series.value !== 1) throw new Error(`${series.name} is ${series.value}`)
}

/** Returns the metrics by name. Throws if the text is not valid, or has a series twice. */
export function parseExposition (text: string, format: Format): Map<string, Metric> {
  const lines = text.split('\n')
  if (lines.pop() !== '') throw new Error('the last line is not terminated')
  if (format === 'openmetrics' && lines.pop() !== '# EOF') throw new Error('the end marker is missing')
  const metrics = new Map<string, Metric>()
  const seen = new Set<string>()
  let current: Metric | undefined
  for (const line of lines) {
    if (line === '' && format === 'text') continue
    const [, keyword, name = '', rest = ''] = METADATA.exec(line) ?? []
    if (keyword !== undefined) {
      if (current?.name !== name && metrics.has(name)) throw new Error(`the lines of ${name} are not together`)
      if (current?.name !== name) metrics.set(name, current = { name, type: '', series: [] })
      if (current.series.length > 0 || seen.has(`${keyword} ${name}`)) throw new Error(`misplaced: ${line}`)
      seen.add(`${keyword} ${name}`)
      if (keyword === 'TYPE') current.type = rest
      if (keyword === 'UNIT' && !name.endsWith(`_${rest}`)) throw new Error(`not a unit of this metric: ${line}`)
      if (keyword === 'HELP' && rest.replace(/\\[\\n"]/g, '').includes('\\')) throw new Error(`invalid escape: ${line}`)
      continue
    }
    const series = seriesIn(line)
    if (!current) throw new Error(`a sample without metadata: ${line}`)
    check(current, format, series)
    const key = JSON.stringify([series.name, [...series.labels].sort()])
    if (seen.has(key)) throw new Error(`a series appears twice: ${line}`)
    seen.add(key)
    current.series.push(series)
  }
  return metrics
}
