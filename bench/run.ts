/**
 * Benchmarks the built service:
 *   npm run bench -- [serve] [collect] [scale] [start] [idle] [typical] [slow] [history] [stream] [page]
 *                    [cluster] [--smoke] [--write]
 * Runs all parts by default. `--smoke` is short and ignores the bars, `--write` updates docs/performance.md. Exits with
 * 1 if a bar is missed.
 */
import { loadavg } from 'node:os'
import { parseArgs } from 'node:util'
import { cluster } from './cluster.ts'
import { collect } from './collect.ts'
import { commit, machine, writeSection } from './figures.ts'
import { history } from './history.ts'
import { idle } from './idle.ts'
import { describe, isMet, type BenchOptions, type Result } from './result.ts'
import { page } from './page.ts'
import { scale } from './scale.ts'
import { serve } from './serve.ts'
import { slow } from './slow.ts'
import { start } from './start.ts'
import { stream } from './stream.ts'
import { typical } from './typical.ts'

type Part = (options: BenchOptions) => Promise<Result[]>

const parts: Record<string, Part> = {
  serve, collect, start, idle, typical, slow, history, stream, page, scale, cluster
}

const { values: { smoke: isSmoke, write: isWritten }, positionals } = parseArgs({
  allowPositionals: true,
  options: { smoke: { type: 'boolean', default: false }, write: { type: 'boolean', default: false } }
})
const chosen = positionals.length > 0 ? positionals : Object.keys(parts)

async function run (name: string): Promise<Result[]> {
  const part = parts[name]
  if (part === undefined) throw new Error(`Unknown part "${name}". Available: ${Object.keys(parts).join(', ')}`)
  const say = (message: string) =>
    process.stderr.write(`${new Date().toISOString().slice(11, 19)} ${name}: ${message}\n`)
  const resources: BenchOptions['resources'] = []
  try {
    const results = await part({ isSmoke, resources, say })
    return isSmoke ? results.map(({ bar, ...result }) => result) : results
  } finally {
    for (const resource of resources.toReversed()) await resource.stop()
  }
}

const made = commit()
let areMet = true
for (const name of chosen) {
  const before = loadavg()
  const results = await run(name)
  const load = [before, loadavg()].map(([average = NaN]) => average.toFixed(1)).join(' to ')
  const text = `${describe(results)}\n\n${new Date().toISOString().slice(0, 10)}, commit \`${made}\`, ${machine()}, ` +
    `load average ${load}.`
  process.stdout.write(`## ${name}\n\n${text}\n\n`)
  if (isWritten) writeSection('docs/performance.md', name, text)
  areMet &&= results.every(isMet)
}
process.exitCode = areMet ? 0 : 1
