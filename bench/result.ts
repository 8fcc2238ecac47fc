import { markdown } from './figures.ts'

/** One figure, with its reference from the same run and the bar that it has to reach. */
export interface Result {
  what: string
  unit: string
  ours: number
  reference?: number
  /** Compared with the bar; default: `ours`. */
  compared?: number
  bar?: { least: number } | { most: number }
}

/** Options of a part of the benchmark. */
export interface BenchOptions {
  /** Small sizes and short times, only to check that everything runs. */
  isSmoke: boolean
  /** Stopped after the part, last first. */
  resources: Array<{ stop (): Promise<void> }>
  say (message: string): void
}

const comparedOf = ({ compared, ours }: Result) => compared ?? ours

/** Whether a figure reaches its bar, if it has one. */
export function isMet (result: Result): boolean {
  const { bar } = result
  if (bar === undefined) return true
  return 'least' in bar ? comparedOf(result) >= bar.least : comparedOf(result) <= bar.most
}

function number (value: number | undefined): string {
  if (value === undefined) return ''
  const digits = Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2
  return value.toFixed(digits)
}

function barText ({ bar }: Result): string {
  if (bar === undefined) return ''
  return 'least' in bar ? `≥ ${bar.least}` : `≤ ${bar.most}`
}

/** Formats figures as a Markdown table. */
export function describe (results: readonly Result[]): string {
  const rows = results.map(result => [
    result.what,
    `${number(result.ours)} ${result.unit}`.trim(),
    number(result.reference) && `${number(result.reference)} ${result.unit}`.trim(),
    number(result.compared),
    barText(result),
    result.bar && (isMet(result) ? 'met' : '**missed**')
  ].map(cell => cell ?? ''))
  return markdown([['Figure', 'Ours', 'Reference', 'Ratio', 'Bar', ''], ...rows])
}
