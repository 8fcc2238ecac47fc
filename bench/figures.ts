import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { cpus, release, type } from 'node:os'

/** @param share 0 to 1; 0.5 is the median */
export function quantile (values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? NaN
}

export const median = (values: readonly number[]): number => quantile(values, 0.5)

/** The Theil–Sen slope: the median of all pairwise slopes, because least squares would be tilted by outliers. */
export function slope (points: ReadonlyArray<readonly [x: number, y: number]>): number {
  return median(points.flatMap(([x, y], index) => points.slice(index + 1).map(([nextX, nextY]) =>
    (nextY - y) / (nextX - x))))
}

/** Describes the machine that figures were measured on. */
export function machine (): string {
  const [{ model = 'unknown CPU' } = {}] = cpus()
  return `${cpus().length} × ${model}, ${type()} ${release()}, Node.js ${process.versions.node}`
}

/** The current commit, followed by `+` if there are uncommitted changes. */
export function commit (): string {
  const git = (...args: string[]) => execFileSync('git', args, { encoding: 'utf8' }).trim()
  const isChanged = git('status', '--porcelain', '--', 'lib', 'plugins', 'routes', 'app.ts', 'server.ts') !== ''
  return git('rev-parse', '--short=10', 'HEAD') + (isChanged ? '+' : '')
}

/** Formats rows as a Markdown table; the first row is the header. */
export function markdown (rows: ReadonlyArray<ReadonlyArray<string | number>>): string {
  const [head = [], ...body] = rows.map(row => row.map(String))
  return [head, head.map((_, column) => column === 0 ? '---' : '---:'), ...body]
    .map(row => `| ${row.join(' | ')} |`).join('\n')
}

/** Replaces the text between `<!-- NAME -->` and `<!-- /NAME -->` in a file. */
export function writeSection (file: string, name: string, text: string): void {
  const [before, rest] = readFileSync(file, 'utf8').split(`<!-- ${name} -->\n`)
  const [, after] = rest?.split(`<!-- /${name} -->`) ?? []
  if (before === undefined || after === undefined) throw new Error(`${file} has no section ${name}`)
  writeFileSync(file, `${before}<!-- ${name} -->\n${text}\n<!-- /${name} -->${after}`)
}
