import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Test } from 'tap'
import { folder } from '../support/folder.ts'
import { until } from '../support/until.ts'

/** One series in the result of an instant query. */
export interface Series {
  metric: Record<string, string>
  value: [time: number, value: string]
}

export interface Prometheus {
  /** Evaluates an expression. */
  query (expression: string): Promise<Series[]>
}

/** Starts Prometheus for the duration of the test, with these files (by path), including `prometheus.yml`. */
export async function startPrometheus (t: Test, files: Record<string, string>): Promise<Prometheus> {
  const cwd = folder(t)
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(cwd, path)), { recursive: true })
    writeFileSync(join(cwd, path), text)
  }
  const args = ['--config.file=prometheus.yml', '--storage.tsdb.path=data', '--web.listen-address=127.0.0.1:0']
  const child = spawn('prometheus', args, { cwd, stdio: ['ignore', 'ignore', 'pipe'] })
  let log = ''
  child.stderr.setEncoding('utf8').on('data', chunk => { log += chunk })
  const ended = once(child, 'close')
  t.teardown(async () => {
    child.kill()
    await ended
  })
  const [, address] = await until(() => {
    if (child.exitCode !== null) throw new Error(log)
    return /Listening on" address=(127\.0\.0\.1:[1-9]\d*)/.exec(log)
  })
  await until(async () => (await fetch(`http://${address}/-/ready`)).ok)
  return {
    async query (expression) {
      const response = await fetch(`http://${address}/api/v1/query?query=${encodeURIComponent(expression)}`)
      const { data, error } = await response.json()
      if (error) throw new Error(`${expression}: ${error}`)
      return data.result
    }
  }
}
