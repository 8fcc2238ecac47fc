import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'

/** A parsed request. */
export interface HostCall {
  kind: 'ping' | 'version' | 'info' | 'list' | 'inspect' | 'stats' | 'events' | 'unknown'
  container: FakeContainer | undefined
  request: IncomingMessage
  response: ServerResponse
}

/** Replaces the normal behavior of a host. */
export interface Fault {
  begin? (host: FakeHost): void
  end? (host: FakeHost): void
  /** Returns whether it handled the call. */
  answer? (host: FakeHost, call: HostCall): boolean
}

interface FakeContainer {
  id: string
  name: string
  isRunning: boolean
  /** Milliseconds since the epoch. */
  startedAt: number
  restarts: number
}

const fixture = (name: string) => JSON.parse(readFileSync(`test/fixtures/v28/${name}`, 'utf8'))
const info = JSON.stringify(fixture('info.json'))
const stats = fixture('stats-one-shot.json')

const kinds: Record<string, HostCall['kind']> = {
  '/_ping': 'ping',
  '/version': 'version',
  '/info': 'info',
  '/containers/json': 'list',
  '/events': 'events',
  json: 'inspect',
  stats: 'stats'
}

/** A fake Engine: an HTTP server on a real socket, with some containers and moving counters. */
export class FakeHost {
  readonly sockets = new Set<Socket>()
  readonly streams = new Set<ServerResponse>()
  /** Whether to send no events, while the streams stay open. */
  isMute = false
  address = ''
  containers: FakeContainer[] = []
  #server: Server | null = null
  #fault: Fault | null = null
  #path: string | null
  #port = 0
  #emitted = 0
  #incarnation = 0
  readonly #name: string
  readonly #engine: string
  readonly #count: number

  /** @param path of the unix socket; null for TCP on loopback */
  constructor ({ name, engine, count, path }: { name: string, engine: string, count: number, path: string | null }) {
    this.#name = name
    this.#engine = engine
    this.#count = count
    this.#path = path
    this.populate()
  }

  /** Replaces all containers by new ones, with new IDs and counters at zero. */
  populate (): void {
    this.#incarnation++
    this.containers = Array.from({ length: this.#count }, (_, index) => ({
      id: createHash('sha256').update(`${this.#name} ${index} ${this.#incarnation}`).digest('hex'),
      name: `c${index}`,
      isRunning: true,
      startedAt: Date.now(),
      restarts: 0
    }))
  }

  async listen (): Promise<void> {
    if (this.#server) return
    const server = createServer((request, response) => this.#answer(request, response))
    this.#server = server
    server.keepAliveTimeout = 0 // like dockerd, which keeps idle connections open and sends no Keep-Alive header
    server.on('connection', socket => {
      this.sockets.add(socket)
      socket.once('close', () => this.sockets.delete(socket))
      socket.on('error', () => {})
    })
    server.on('clientError', (_error, socket) => socket.destroy())
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject)
      const where = this.#path === null ? { port: this.#port, host: '127.0.0.1' } : { path: this.#path }
      server.listen(where, () => resolve())
    })
    if (this.#path === null) this.#port = (server.address() as AddressInfo).port
    this.address = this.#path === null ? `tcp://127.0.0.1:${this.#port}` : `unix://${this.#path}`
  }

  /** Drops all connections and stops listening. */
  drop (): void {
    this.#server?.close()
    this.#server = null
    for (const socket of this.sockets) socket.destroy()
  }

  /** Starts a fault; null ends the current one. */
  turn (fault: Fault | null): void {
    this.#fault?.end?.(this)
    this.#fault = fault
    fault?.begin?.(this)
  }

  emit (action: string, { id, name }: FakeContainer): void {
    const time = Date.now()
    const timeNano = (time + this.#emitted++ % 1000 / 1000) * 1e6
    const Actor = { ID: id, Attributes: { name, image: 'busybox' } }
    const event = { Type: 'container', Action: action, Actor, time: Math.floor(time / 1000), timeNano }
    const line = `${JSON.stringify(event)}\n`
    if (this.isMute) return
    for (const stream of this.streams) if (stream.writableLength < 2 ** 20) stream.write(line)
  }

  /** Stops a running container, starts a stopped one. */
  toggle (container: FakeContainer): void {
    container.isRunning = !container.isRunning
    if (container.isRunning) {
      container.startedAt = Date.now()
      container.restarts++
    }
    this.emit(container.isRunning ? 'start' : 'die', container)
  }

  #answer (request: IncomingMessage, response: ServerResponse) {
    response.setHeader('Server', this.#engine).setHeader('Api-Version', '1.51')
    response.on('error', () => {})
    const [, path = ''] = /^(?:\/v[\d.]+)?(\/[^?]*)/.exec(request.url ?? '/') ?? []
    const [, id, about] = /^\/containers\/(\w+)\/(stats|json)$/.exec(path) ?? []
    const kind = kinds[about ?? path] ?? 'unknown'
    const call = { kind, request, response, container: this.containers.find(container => container.id === id) }
    if (!this.#fault?.answer?.(this, call)) this.answer(call)
  }

  /** Answers without a fault. */
  answer (call: HostCall): void {
    const { kind, response } = call
    if (kind !== 'events') {
      const body = this.bodyOf(call)
      response.writeHead(body === null ? 404 : 200, { 'Content-Type': 'application/json' })
      response.end(body ?? '{"message":"No such container"}')
      return
    }
    response.writeHead(200, { 'Content-Type': 'application/json' }).flushHeaders()
    this.streams.add(response)
    response.once('close', () => this.streams.delete(response))
  }

  /** The body of a response without a fault; null for 404. */
  bodyOf ({ kind, container }: HostCall): string | null {
    if (kind === 'ping') return 'OK'
    if (kind === 'version') return '{}'
    if (kind === 'info') return info
    if (kind === 'list') return JSON.stringify(this.containers.map(container => this.#listed(container)))
    if (!container) return null
    return kind === 'stats' ? this.#sample(container) : this.#inspected(container)
  }

  #listed ({ id, name, isRunning }: FakeContainer) {
    const State = isRunning ? 'running' : 'exited'
    return { Id: id, Names: [`/${name}`], Image: 'busybox', State, Status: '', HostConfig: { NetworkMode: 'bridge' } }
  }

  #inspected ({ id, name, isRunning, startedAt, restarts }: FakeContainer): string {
    const StartedAt = new Date(startedAt).toISOString()
    const State = { Status: isRunning ? 'running' : 'exited', StartedAt, ExitCode: 0, OOMKilled: false }
    return JSON.stringify({ Id: id, Name: `/${name}`, RestartCount: restarts, State, Config: { Image: 'busybox' } })
  }

  #sample ({ isRunning, startedAt }: FakeContainer): string {
    if (!isRunning) return '{"read":"0001-01-01T00:00:00Z","cpu_stats":{},"memory_stats":{}}'
    const age = Date.now() - startedAt
    return JSON.stringify({
      ...stats,
      read: new Date().toISOString(),
      cpu_stats: { ...stats.cpu_stats, cpu_usage: { ...stats.cpu_stats.cpu_usage, total_usage: age * 1e5 } },
      memory_stats: { ...stats.memory_stats, usage: 1e7 + age % 5e6 },
      networks: { eth0: { ...stats.networks.eth0, rx_bytes: age * 100, tx_bytes: age * 50 } }
    })
  }
}
