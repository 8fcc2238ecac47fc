import { execFile, execFileSync } from 'node:child_process'
import { promisify } from 'node:util'
import type { Load, LoadResult } from './load.ts'

/** Whether wrk is installed, which costs much less CPU than the servers under test. */
export function hasWrk (): boolean {
  try {
    execFileSync('sh', ['-c', 'command -v wrk'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

const UNITS: Record<string, number> = { us: 0.001, ms: 1, s: 1000, m: 60_000 }

/** Parses a time of wrk, such as `812.00us`. */
function milliseconds (text: string | undefined): number {
  const [, value, unit = ''] = /^([\d.]+)([a-z]+)$/.exec(text ?? '') ?? []
  return Number(value) * (UNITS[unit] ?? NaN)
}

type WrkResult = Pick<LoadResult, 'requests' | 'perSecond' | 'p99'>

/** Generates load with wrk. */
export class Wrk {
  /** @throws if a response has a status other than 2xx or 3xx */
  async run ({ url, headers, connections, seconds }: Load): Promise<WrkResult> {
    const given = Object.entries(headers).flatMap(([name, value]) => ['-H', `${name}: ${value}`])
    const options = ['-t1', `-c${connections}`, `-d${Math.ceil(seconds)}s`, '--latency', ...given]
    const { stdout } = await promisify(execFile)('wrk', [...options, url])
    const problem = /^ *(Non-2xx|Socket errors).*/m.exec(stdout)
    if (problem) throw new Error(`${url}: ${problem[0]}`)
    return {
      requests: Number(/(\d+) requests in/.exec(stdout)?.[1]),
      perSecond: Number(/Requests\/sec: +([\d.]+)/.exec(stdout)?.[1]),
      p99: milliseconds(/99% +(\S+)/.exec(stdout)?.[1])
    }
  }

  async stop (): Promise<void> { /* wrk ends after each run */ }
}
