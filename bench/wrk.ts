import { execFile, execFileSync } from 'node:child_process'
import { promisify } from 'node:util'
import type { Load, LoadResult } from './load.ts'

/** Whether wrk is installed: a load that costs less than what it measures. */
export function hasWrk (): boolean {
  try {
    execFileSync('sh', ['-c', 'command -v wrk'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

const UNITS: Record<string, number> = { us: 0.001, ms: 1, s: 1000, m: 60_000 }

/** A time as wrk writes it, such as `812.00us`, in milliseconds. */
function milliseconds (text: string | undefined): number {
  const [, value, unit = ''] = /^([\d.]+)([a-z]+)$/.exec(text ?? '') ?? []
  return Number(value) * (UNITS[unit] ?? NaN)
}

type WrkResult = Pick<LoadResult, 'requests' | 'perSecond' | 'p99'>

/** wrk as the source of load. */
export class Wrk {
  /** @throws where anything but 200 or 304 came back */
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

  async stop (): Promise<void> { /* it runs only while it loads */ }
}
