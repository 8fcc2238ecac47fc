import { spawn, type ChildProcess } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { owned } from './owned.ts'
import { end } from './processes.ts'

const TOKEN = 'bench'
const READY_WITHIN = 60_000
/** Milliseconds for the first inspections of containers, which follow the first poll. */
const SETTLING = 1000

/** Settings of the service; the defaults are those of dockstat.yaml. */
export interface ServiceOptions {
  addresses: readonly string[]
  /** Milliseconds between polls and between lists. */
  mintimeout?: number
  resync?: number
  /** More lines of the configuration. */
  more?: string
  env?: NodeJS.ProcessEnv
}

interface HostAnswer {
  up: boolean
  containerCount: number
}

/** Runs the built service as `npm start` and the image do, with its log in a temporary folder. */
export class Service {
  readonly headers = { authorization: TOKEN }
  url = ''
  readonly #folder = mkdtempSync(join(tmpdir(), 'bench-'))
  readonly #process: ChildProcess
  readonly #hosts: number

  constructor ({ addresses, mintimeout = 5000, resync = 60_000, more = '', env = {} }: ServiceOptions) {
    this.#hosts = addresses.length
    const hosts = addresses.map((address, index) => `  host${index}:\n    url: ${address}\n`).join('')
    const config = join(this.#folder, 'dockstat.yaml')
    const log = join(this.#folder, 'bench.log')
    const history = join(this.#folder, 'history.db')
    const general = `mintimeout: ${mintimeout}\nresync: ${resync}\nlog:\n  file: ${log}\nhistory:\n  file: ${history}\n`
    writeFileSync(config, `${general}${more}hosts:\n${hosts}`)
    this.#process = owned(spawn(process.execPath, ['--v8-pool-size=1', 'dist/server.js', '--config', config], {
      env: { ...process.env, ...env, HOST: '127.0.0.1', PORT: '0', SECRET: TOKEN },
      stdio: ['ignore', 'ignore', 'pipe']
    }))
  }

  get pid (): number {
    return this.#process.pid ?? 0
  }

  /** Resolves when it listens. */
  async listening (): Promise<void> {
    let output = ''
    await new Promise<void>((resolve, reject) => {
      this.#process.once('exit', code => reject(new Error(`the service exited with ${code}: ${output}`)))
      this.#process.stderr?.on('data', chunk => {
        output += chunk
        const [, port] = /listens on \S+, port (\d+)/.exec(output) ?? []
        if (port === undefined) return
        this.url = `http://127.0.0.1:${port}`
        resolve()
      })
    })
  }

  /** The number of hosts that are up and show this many containers. */
  async up (containers: number): Promise<number> {
    const hosts: HostAnswer[] = Object.values(await this.json('/hosts'))
    return hosts.filter(({ up, containerCount }) => up && containerCount === containers).length
  }

  /** Resolves when every host has been polled and shows this many containers. */
  async polled (containers: number): Promise<void> {
    await this.listening()
    const until = Date.now() + READY_WITHIN
    while (await this.up(containers) < this.#hosts) {
      if (Date.now() > until) throw new Error(`only ${await this.up(containers)} of ${this.#hosts} hosts were polled`)
      await sleep(SETTLING / 4)
    }
    await sleep(SETTLING)
  }

  /** Requests a path without compression. */
  async json<T extends object> (path: string): Promise<T> {
    const headers = { ...this.headers, 'accept-encoding': 'identity' }
    const response = await fetch(this.url + path, { headers })
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`)
    return await response.json() as T
  }

  /** The number of samples that the service has requested so far. */
  async samples (): Promise<number> {
    const names = Object.keys(await this.json('/hosts'))
    const hosts = await Promise.all(names.map(name => this.json<{ requests: { stats?: number } }>(`/hosts/${name}`)))
    return hosts.reduce((sum, { requests }) => sum + (requests.stats ?? 0), 0)
  }

  async stop (): Promise<void> {
    await end(this.#process)
    rmSync(this.#folder, { recursive: true, force: true })
  }
}
