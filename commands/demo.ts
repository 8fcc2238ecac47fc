import { rmSync } from 'node:fs'
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startDemo } from '../lib/demo/demo.ts'

const NOTICE = `This is a demo: its 3 hosts and 40 containers do not exist, and their numbers are
made up. Docker is not used. Host pi is unreachable for a minute every five minutes.
To watch your own containers, run \`npm start\` instead.

`

/**
 * Starts made-up Engines in a temporary folder, which is removed when the process exits. Resolves to the configuration
 * file for the service, and to what to print above its banner.
 */
export async function demo (process: Pick<NodeJS.Process, 'on'>): Promise<{ file: string, notice: string }> {
  const folder = await mkdtemp(join(tmpdir(), 'dockstat-demo-'))
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }))
  const { file } = await startDemo({ folder })
  return { file, notice: NOTICE }
}
