import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, readlinkSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { end } from '../processes.ts'
import type { Memory } from './agent.ts'

const ERROR = 50
/** Warnings of Node.js caused by `agent.ts`. */
const AGENT_WARNING = /ExperimentalWarning: v8.queryObjects|--trace-warnings/

/** Makes glibc's malloc return freed memory immediately; otherwise it retains up to 50 MB, which can hide a leak. */
const STEADY_MALLOC = { MALLOC_MMAP_THRESHOLD_: '32768', MALLOC_TRIM_THRESHOLD_: '65536' }

/** Runs the built service with `agent.ts` preloaded. */
export class Service {
  /** Number of log lines by level; complaints are lines at level error and above, and warnings on standard error. */
  readonly levels: Record<string, number> = {}
  readonly complaints: string[] = []
  url = ''
  readonly #process: ChildProcess
  #asking: Promise<unknown> = Promise.resolve()

  /** @param given additional environment variables */
  constructor (config: string, token: string, given: NodeJS.ProcessEnv = {}) {
    const agent = join(import.meta.dirname, 'agent.js')
    const args = ['--import', agent, 'dist/server.js', '--config', config]
    const env = {
      ...process.env,
      ...STEADY_MALLOC,
      HOST: '127.0.0.1',
      PORT: '0',
      SECRET: token,
      NODE_NO_WARNINGS: undefined,
      ...given
    }
    this.#process = spawn(process.execPath, args, { env, stdio: ['ignore', 'pipe', 'pipe', 'ipc'] })
  }

  get pid (): number {
    return this.#process.pid ?? 0
  }

  /** Resolves when it listens. */
  async listening (): Promise<void> {
    const { stdout, stderr } = this.#process
    if (!stdout || !stderr) throw new Error('no output')
    createInterface(stderr).on('line', line => {
      if (/error|warning|exception/i.test(line) && !AGENT_WARNING.test(line)) this.complaints.push(line)
    })
    await new Promise<void>((resolve, reject) => {
      this.#process.once('exit', code => reject(new Error(`the service exited with ${code} before it listened`)))
      createInterface(stdout).on('line', line => {
        const { level, msg } = JSON.parse(line)
        this.levels[level] = (this.levels[level] ?? 0) + 1
        if (level >= ERROR) this.complaints.push(line)
        const [, url] = /Server listening at (\S+)/.exec(msg) ?? []
        if (url === undefined) return
        this.url = url
        resolve()
      })
    })
  }

  memory (): Promise<Memory> {
    return this.#ask('memory')
  }

  /** Number of timers that keep the process alive. */
  timers (): Promise<number> {
    return this.#ask('timers')
  }

  /** Number of timers and sockets on the heap, after a full collection. */
  objects (): Promise<{ timers: number, sockets: number }> {
    return this.#ask('objects')
  }

  /** Number of open files by type: `socket`, `pipe`, `anon_inode`, `file`. */
  files (): Record<string, number> {
    const folder = `/proc/${this.pid}/fd`
    const counts: Record<string, number> = {}
    for (const fd of readdirSync(folder)) {
      const [, type = 'file'] = /^([a-z_]+):/.exec(readLink(join(folder, fd))) ?? []
      counts[type] = (counts[type] ?? 0) + 1
    }
    return counts
  }

  get isRunning (): boolean {
    return this.#process.exitCode === null && this.#process.signalCode === null
  }

  /** Resolves with the exit code or the signal that ended the process. */
  stop (): Promise<number | string | null> {
    return end(this.#process)
  }

  async #ask<T> (question: string): Promise<T> {
    const asked = this.#asking.then(async () => {
      const answer = once(this.#process, 'message', { signal: AbortSignal.timeout(30_000) })
      this.#process.send(question)
      const [value] = await answer
      return value
    })
    this.#asking = asked.catch(() => {})
    return await asked
  }
}

function readLink (path: string): string {
  try {
    return readlinkSync(path)
  } catch {
    return 'gone:' // closed after readdir
  }
}
