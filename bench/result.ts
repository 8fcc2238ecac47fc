import { markdown } from './figures.ts'

/** One figure: ours, what it is measured against in the same run, and what it has to reach. */
export interface Result {
  what: string
  unit: string
  ours: number
  /** What the reference gave, where there is one. */
  reference?: number
  /** What is compared with the bar; `ours` where it is missing. */
  compared?: number
  bar?: { least: number } | { most: number }
}

/** How a part is run. */
export interface BenchOptions {
  /** Small sizes and short times, to see that everything runs. */
  isSmoke: boolean
  /** Ends what was started, last first. */
  resources: Array<{ stop (): Promise<void> }>
  say (message: string): void
}

const comparedOf = ({ compared, ours }: Result) => compared ?? ours

/** Whether a figure reaches its bar. One without a bar always does. */
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

/** Figures as a table in Markdown. */
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
