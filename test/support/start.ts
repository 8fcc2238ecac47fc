import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { lstatSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Test } from 'tap'
import { environmentSchema } from '../../lib/config/environment.ts'
import { folder } from './folder.ts'
import { MARK } from './secrets.ts'
import { until } from './until.ts'

const SERVER = join(import.meta.dirname, '../../server.ts')
/** Source must compile as in the tests, because coverage cannot be merged otherwise. */
const TS_NODE_PROJECT = join(import.meta.dirname, '../../tsconfig.json')

export interface StartOptions {
  /** Text of dockstat.yaml; no file by default. */
  yaml?: string
  env?: NodeJS.ProcessEnv
  args?: string[]
  /** The working directory; default: a temporary folder. */
  cwd?: string
  /** Returns the command to run, given the one that starts the service. */
  wrap?: (command: string[]) => string[]
}

export interface Service {
  child: ChildProcess
  cwd: string
  stdout (): string
  stderr (): string
  /** Text of the log files. */
  logged (): string
  /** Log lines on standard output. */
  lines (): Record<string, unknown>[]
  /** Exit code, or the signal that ended it. */
  ended: Promise<number | string>
}

export interface RunningService extends Service {
  port: number
  url: string
}

/** The environment of this process without the service's own variables, and with an Engine that does not exist. */
function environment (cwd: string, env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const unset = Object.fromEntries(Object.keys(environmentSchema.properties).map(name => [name, undefined]))
  const given = { HOST: '127.0.0.1', PORT: '0', DOCKER_HOST: `unix://${join(cwd, 'none.sock')}`, ...env }
  return { ...process.env, ...unset, TS_NODE_PROJECT, ...given }
}

/** Runs server.ts in a child process for the duration of the test. */
export function launch (t: Test, options: StartOptions = {}): Service {
  const { cwd = folder(t), yaml, env = {}, args = [], wrap = command => command } = options
  if (yaml !== undefined) writeFileSync(join(cwd, 'dockstat.yaml'), yaml)
  const [file = '', ...rest] = wrap([process.execPath, ...process.execArgv, SERVER, ...args])
  const child = spawn(file, rest, { cwd, env: environment(cwd, env) })
  const text = { stdout: '', stderr: '' }
  child.stdout.setEncoding('utf8').on('data', chunk => { text.stdout += chunk })
  child.stderr.setEncoding('utf8').on('data', chunk => { text.stderr += chunk })
  const logs = join(cwd, 'logs')
  const logged = () => (statSync(logs, { throwIfNoEntry: false })?.isDirectory() ? readdirSync(logs) : [])
    .map(name => join(logs, name)).filter(file => lstatSync(file).isFile())
    .map(file => readFileSync(file, 'utf8')).join('')
  const ended = once(child, 'close').then(([code, signal]) => code ?? signal)
  t.teardown(async () => {
    child.kill()
    await ended
    if ((text.stdout + text.stderr + logged()).includes(MARK)) throw new Error('the output shows the token')
  })
  return {
    child,
    cwd,
    stdout: () => text.stdout,
    stderr: () => text.stderr,
    logged,
    lines: () => text.stdout.split('\n').slice(0, -1).map(line => JSON.parse(line)),
    ended
  }
}

/** Runs server.ts and waits until it logs where it listens. */
export async function start (t: Test, options: StartOptions = {}): Promise<RunningService> {
  const service = launch(t, options)
  const [, port] = await until(() => {
    if (service.child.exitCode !== null) throw new Error(`the service exited: ${service.stderr()}`)
    return /port (\d+)\..*\n\n {2}curl .*\n/.exec(service.stderr() || service.stdout().replaceAll('\r', ''))
  })
  return Object.assign(service, { port: Number(port), url: `http://127.0.0.1:${port}` })
}
