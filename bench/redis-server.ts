import { spawn, type ChildProcess } from 'node:child_process'
import { tmpdir } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import { Redis } from 'iovalkey'
import { freePort } from '../test/support/free-port.ts'
import { owned } from './owned.ts'
import { end } from './processes.ts'

/** What the server has done so far. */
export interface Traffic {
  commands: number
  received: number
  sent: number
}

/** A real redis-server without persistence, which can leave and come back. */
export class RedisServer {
  #port = 0
  #process: ChildProcess | null = null
  #client: Redis | null = null

  get url (): string {
    return `redis://127.0.0.1:${this.#port}`
  }

  /** Resolves once it answers. */
  async come (): Promise<void> {
    this.#port ||= await freePort()
    const given = ['--port', String(this.#port), '--bind', '127.0.0.1', '--save', '', '--dir', tmpdir()]
    this.#process = owned(spawn('redis-server', given, { stdio: 'ignore' }))
    this.#client = new Redis({ host: '127.0.0.1', port: this.#port, retryStrategy: () => 50 })
    this.#client.on('error', () => {}) // until it listens
    while (await this.#client.ping().catch(() => '') !== 'PONG') await sleep(50)
  }

  async traffic (): Promise<Traffic> {
    const text = await this.#client?.info('stats') ?? ''
    const read = (field: string) => Number(new RegExp(`^${field}:(\\d+)`, 'm').exec(text)?.[1])
    return {
      commands: read('total_commands_processed'),
      received: read('total_net_input_bytes'),
      sent: read('total_net_output_bytes')
    }
  }

  /** The memory that its data takes, bytes. */
  async memory (): Promise<number> {
    return Number(/^used_memory:(\d+)/m.exec(await this.#client?.info('memory') ?? '')?.[1])
  }

  /** Ends it, and loses everything in it. */
  async leave (): Promise<void> {
    this.#client?.disconnect()
    if (this.#process) await end(this.#process)
    this.#process = null
  }

  async stop (): Promise<void> {
    await this.leave()
  }
}
