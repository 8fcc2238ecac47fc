import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { wallClock } from '../model/time.ts'
import { demoConfig } from './config.ts'
import { DemoEngine } from './engine.ts'
import { fleet, type DemoHost } from './fleet.ts'
import { writePast } from './past.ts'
import { Story } from './story.ts'

/** Maximum bytes of the path of a Unix socket, which is lowest on macOS. Node.js cuts longer ones off. */
const MAX_PATH = 103

export interface DemoOptions {
  /** For the sockets, the configuration file and the history. */
  folder: string
  /** How much history to make up. */
  hours: number
  signal?: AbortSignal
  /** Milliseconds since the epoch. */
  now?: () => number
}

export interface Demo {
  file: string
  engines: readonly DemoEngine[]
}

/**
 * Starts the Engines of the fleet, makes up their past, and writes a configuration file that names them.
 * @throws if the path of the folder is too long for Unix sockets
 */
export async function startDemo ({ folder, hours, signal, now = wallClock }: DemoOptions): Promise<Demo> {
  const begin = now() / 1000
  const story = new Story(begin)
  const pathOf = ({ name }: DemoHost) => join(folder, `${name}.sock`)
  if (fleet.some(host => Buffer.byteLength(pathOf(host)) > MAX_PATH)) {
    throw new Error(`the path ${folder} is too long for Unix sockets; set TMPDIR to a shorter one`)
  }
  const engines = fleet.map(host => new DemoEngine({ host, story, path: pathOf(host), now }))
  await Promise.all(engines.map(engine => engine.open()))
  const file = join(folder, 'dockstat.yaml')
  const history = join(folder, 'history.db')
  await writePast({ file: history, story, end: begin, hours, signal })
  await writeFile(file, demoConfig(history, pathOf))
  return { file, engines }
}
