import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { RING_BYTES } from '../lib/history/ring.ts'
import { Child } from './child.ts'
import type { BenchOptions, Result } from './result.ts'

const WHOLE = { sizes: [100, 1000, 10_000], minutes: 30, dayOf: 1000 }
const SMOKE = { sizes: [10], minutes: 2, dayOf: 0 }

/** Bars at some sizes: CPU in ms a minute, and the longest time that the event loop was blocked. */
const BARS: Record<number, { cpu?: number, stall?: number }> = { 1000: { cpu: 20 }, 10_000: { stall: 10 } }

/** What `children/history.ts` measures. */
export interface HistoryCosts {
  /** Bytes of heap and arrays per container. */
  memory: number
  /** Milliseconds a minute to add samples, and to write them. */
  recording: number
  writing: number
  /** The longest time that the event loop was blocked during a write, milliseconds. */
  stall: number
  /** Bytes of the file per container and minute. */
  file: number
  /** Milliseconds to read. */
  queries: Record<string, number>
}

export interface HistoryRun {
  containers: number
  minutes: number
  file: string
}

const most = (bar: number | undefined) => bar === undefined ? {} : { bar: { most: bar } }

/** Measures what the history costs, in memory and on disk. */
export async function history ({ isSmoke, resources, say }: BenchOptions): Promise<Result[]> {
  const { sizes, minutes, dayOf } = isSmoke ? SMOKE : WHOLE
  const results: Result[] = []
  const measure = async (containers: number, minutes: number) => {
    const folder = mkdtempSync(join(tmpdir(), 'bench-'))
    resources.push({ stop: async () => rmSync(folder, { recursive: true, force: true }) })
    const run: HistoryRun = { containers, minutes, file: join(folder, 'history.db') }
    const child = new Child('history', run)
    resources.push(child)
    const costs = await child.next<HistoryCosts>()
    await child.stop()
    say(`${containers} containers, ${minutes} minutes: ${JSON.stringify(costs)}`)
    return costs
  }
  for (const size of sizes) {
    const { memory, recording, writing, stall, file } = await measure(size, minutes)
    const { cpu, stall: longest } = BARS[size] ?? {}
    const what = `${size.toLocaleString('en')} containers`
    results.push(
      { what: `${what}: arrays per container`, unit: 'KiB', ours: RING_BYTES / 1024, bar: { most: 5 } },
      { what: `${what}: memory per container, with all around it`, unit: 'KiB', ours: memory / 1024 },
      { what: `${what}: CPU of adding samples`, unit: 'ms a minute', ours: recording },
      { what: `${what}: CPU of writing to disk`, unit: 'ms a minute', ours: writing, ...most(cpu) },
      { what: `${what}: longest stall of the event loop while writing`, unit: 'ms', ours: stall, ...most(longest) },
      { what: `${what}: file per container and minute`, unit: 'bytes', ours: file }
    )
  }
  if (dayOf === 0) return results
  const { file, queries } = await measure(dayOf, 1440)
  const what = `${dayOf.toLocaleString('en')} containers for a day`
  results.push({ what: `${what}: file`, unit: 'MiB', ours: file * dayOf * 1440 / 1_048_576 })
  for (const [query, milliseconds] of Object.entries(queries)) {
    results.push({ what: `${what}: read ${query}`, unit: 'ms', ours: milliseconds })
  }
  return results
}
