import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

const TOKEN = 'bench'
const READY_WITHIN = 300_000
/** The first records of containers are read after the first poll: milliseconds that they are given. */
const SETTLING = 1000

/** What the service is started with; the file's defaults where nothing is said. */
export interface ServiceOptions {
  addresses: readonly string[]
  /** Milliseconds between polls, and between lists. */
  mintimeout?: number
  resync?: number
  env?: NodeJS.ProcessEnv
}

interface HostAnswer {
  up: boolean
  containerCount: number
}

/** The built service as users start it, its log in a temporary folder, its standard output thrown away. */
export class Service {
  readonly headers = { authorization: TOKEN }
  url = ''
  readonly #folder = mkdtempSync(join(tmpdir(), 'bench-'))
  readonly #process: ChildProcess

  constructor ({ addresses, mintimeout = 5000, resync = 60_000, env = {} }: ServiceOptions) {
    const hosts = addresses.map((address, index) => `  host${index}:\n    url: ${address}\n`).join('')
    const config = join(this.#folder, 'dockstat.yaml')
    const log = join(this.#folder, 'bench.log')
    writeFileSync(config, `mintimeout: ${mintimeout}\nresync: ${resync}\nlog:\n  file: ${log}\nhosts:\n${hosts}`)
    this.#process = spawn(process.execPath, ['dist/server.js', '--config', config], {
      env: { ...process.env, ...env, HOST: '127.0.0.1', PORT: '0', SECRET: TOKEN },
      stdio: ['ignore', 'ignore', 'pipe']
    })
  }

  get pid (): number {
    return this.#process.pid ?? 0
  }

  /** Resolves when it listens. */
  async listening (): Promise<void> {
    let said = ''
    await new Promise<void>((resolve, reject) => {
      this.#process.once('exit', code => reject(new Error(`the service ended with ${code}: ${said}`)))
      this.#process.stderr?.on('data', chunk => {
        said += chunk
        const [, port] = /listens on \S+, port (\d+)/.exec(said) ?? []
        if (port === undefined) return
        this.url = `http://127.0.0.1:${port}`
        resolve()
      })
    })
  }

  /** Resolves when every host has been polled and shows that many containers. */
  async polled (containers: number): Promise<void> {
    await this.listening()
    const end = Date.now() + READY_WITHIN
    for (;;) {
      const hosts: HostAnswer[] = Object.values(await this.json('/hosts'))
      if (hosts.every(({ up, containerCount }) => up && containerCount === containers)) break
      if (Date.now() > end) throw new Error('some hosts were never polled')
      await sleep(SETTLING / 4)
    }
    await sleep(SETTLING)
  }

  /** What it answers, as JSON. */
  async json<T extends object> (path: string): Promise<T> {
    const response = await fetch(this.url + path, { headers: this.headers })
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`)
    return await response.json() as T
  }

  /** Samples that it asked for since it started. */
  async samples (): Promise<number> {
    const names = Object.keys(await this.json('/hosts'))
    const hosts = await Promise.all(names.map(name => this.json<{ requests: { stats?: number } }>(`/hosts/${name}`)))
    return hosts.reduce((sum, { requests }) => sum + (requests.stats ?? 0), 0)
  }

  /** Ends it and removes its files. */
  async stop (): Promise<void> {
    if (this.#process.exitCode === null && this.#process.signalCode === null) {
      const ending = once(this.#process, 'exit')
      this.#process.kill('SIGTERM')
      await ending
    }
    rmSync(this.#folder, { recursive: true })
  }
}
