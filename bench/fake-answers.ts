import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'

/** An ID starts with the numbers of its host and its container, in this many hex digits each. */
const PART = 8
const NANOSECONDS = 1e6
/** Counters start here so that their number of digits never changes. */
const MANY = 1_000_000_000_000

const fixture = (name: string) => JSON.parse(readFileSync(`test/fixtures/${name}`, 'utf8'))

/** Returns a unique ID that encodes the numbers of host and container. */
export function idOf (host: number, container: number): string {
  const parts = [host, container].map(part => part.toString(16).padStart(PART, '0')).join('')
  return parts + createHash('sha256').update(parts).digest('hex').slice(parts.length)
}

export const indexOf = (id: string): number => Number.parseInt(id.slice(PART, 2 * PART), 16)

const nameOf = (container: number) => `service-${String(container).padStart(6, '0')}`

/** A complete HTTP response like the Engine's. */
export function answer (body: string, server: string, status = '200 OK'): Buffer {
  const type = body === 'OK' ? 'text/plain; charset=utf-8' : 'application/json'
  return Buffer.from(`HTTP/1.1 ${status}\r\nApi-Version: 1.51\r\nContent-Type: ${type}\r\n` +
    'Docker-Experimental: false\r\nOstype: linux\r\n' +
    `Server: ${server}\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`)
}

/** The head of an endless response, such as events. */
export const openAnswer = (server: string): Buffer => Buffer.from('HTTP/1.1 200 OK\r\nApi-Version: 1.51\r\n' +
  `Content-Type: application/json\r\nServer: ${server}\r\nTransfer-Encoding: chunked\r\n\r\n`)

export const info = (host: number): string =>
  JSON.stringify({ ...fixture('v28/info.json'), ID: `engine-${host}`, Name: `fake-${host}` })

export function list (host: number, count: number): string {
  const [like] = fixture('v28/containers-all.json')
  return JSON.stringify(Array.from({ length: count }, (_, index) => ({
    ...like,
    Id: idOf(host, index),
    Names: [`/${nameOf(index)}`],
    Image: 'registry.example/service:1.2.3',
    State: 'running',
    Status: 'Up 2 hours',
    HostConfig: { NetworkMode: 'bridge' },
    Labels: { 'com.docker.compose.project': 'bench', 'com.docker.compose.service': nameOf(index) }
  })))
}

/** The inspection of a container. */
export function details (host: number, container: number): string {
  const like = fixture('container-inspect-health.json')
  const StartedAt = '2026-01-01T00:00:00.000000001Z'
  const State = { ...like.State, StartedAt, Health: undefined }
  return JSON.stringify({ ...like, Id: idOf(host, container), Name: `/${nameOf(container)}`, State })
}

/** A stats response that is built once; each request only overwrites the digits that change. */
export class StatsAnswer {
  readonly #bytes: Buffer
  readonly #read: number
  readonly #cpu: number
  readonly #system: number
  readonly #received: number
  readonly #sent: number

  constructor (server: string) {
    const like = fixture('v28/stats-one-shot.json')
    const { cpu_stats: cpu, memory_stats: memory, networks: { eth0 } } = like
    const body = JSON.stringify({
      ...like,
      cpu_stats: { ...cpu, cpu_usage: { ...cpu.cpu_usage, total_usage: MANY }, system_cpu_usage: MANY * 1000 },
      memory_stats: memory,
      networks: { eth0: { ...eth0, rx_bytes: MANY, tx_bytes: MANY } }
    })
    this.#bytes = answer(body, server)
    const after = (key: string) => this.#bytes.indexOf(`"${key}":`) + key.length + 3
    this.#read = after('read') + 1
    this.#cpu = after('total_usage')
    this.#system = after('system_cpu_usage')
    this.#received = after('rx_bytes')
    this.#sent = after('tx_bytes')
  }

  /** Returns a buffer that the next call overwrites. */
  at (now: number, container: number): Buffer {
    const age = now % (MANY / 10) + container
    this.#bytes.write(new Date(now).toISOString().slice(0, -1), this.#read, 'latin1')
    this.#bytes.write(String(MANY + age * 10), this.#cpu, 'latin1')
    this.#bytes.write(String(MANY * 1000 + now % 1e6 * NANOSECONDS), this.#system, 'latin1')
    this.#bytes.write(String(MANY + age * 7), this.#received, 'latin1')
    this.#bytes.write(String(MANY + age * 3), this.#sent, 'latin1')
    return this.#bytes
  }
}
