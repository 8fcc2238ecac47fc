import { rmSync } from 'node:fs'
import { mkdtemp } from 'node:fs/promises'
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
  /** Leaves signals to the service, once it runs. */
  release (): void
}

/** Starts made-up Engines in a temporary folder, which is removed when the process exits. */
export async function demo (process: Pick<NodeJS.Process, 'on' | 'off' | 'exit'>): Promise<Demo> {
  const exit = () => process.exit(0)
  for (const signal of SIGNALS) process.on(signal, exit)
  const folder = await mkdtemp(join(tmpdir(), 'dockstat-demo-'))
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }))
  const { file } = await startDemo({ folder, hours: HOURS })
  const release = () => SIGNALS.forEach(signal => process.off(signal, exit))
  return { file, notice: NOTICE, release }
}
