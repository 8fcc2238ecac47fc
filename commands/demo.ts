import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startDemo } from '../lib/demo/demo.ts'

const NOTICE = `This is a demo: its 3 hosts and 40 containers do not exist, and their numbers are
made up. Docker is not used. Host pi is unreachable for a minute every five minutes.
To watch your own containers, run \`npm start\` instead.

`

const HOURS = 24
/** Those that end the process while it starts. */
const SIGNALS = ['SIGINT', 'SIGTERM'] as const

export interface Demo {
  /** The configuration file. */
  file: string
  /** What to print above the banner. */
  notice: string
  /** Leaves signals to the service, or exits if one has come. */
  release (): void
}

/** Starts made-up Engines in a temporary folder, which is removed when the process exits. */
export async function demo (process: Pick<NodeJS.Process, 'on' | 'off' | 'exit'>): Promise<Demo> {
  const stop = new AbortController()
  const abort = () => stop.abort()
  for (const name of SIGNALS) process.on(name, abort)
  const folder = mkdtempSync(join(tmpdir(), 'dockstat-demo-'))
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }))
  const { file } = await startDemo({ folder, hours: HOURS, signal: stop.signal })
  return {
    file,
    notice: NOTICE,
    release () {
      if (stop.signal.aborted) process.exit(0)
      for (const name of SIGNALS) process.off(name, abort)
    }
  }
}
