import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { request } from 'undici'
import { Child } from './child.ts'
import { Fakes } from './fakes.ts'
import { median } from './figures.ts'
import { LoadGenerator, type Load, type LoadResult } from './load.ts'
import { cpuOf } from './processes.ts'
import type { BenchOptions, Result } from './result.ts'
import { Service } from './service.ts'
import { hasWrk, Wrk } from './wrk.ts'

/** Milliseconds between polls: so long that none happens during a measurement. */
const STILL = 600_000
const CONNECTIONS = 16
/**
 * Many short rounds on new connections, because the speed of a connection to the same server varies by a third for as
 * long as it lives.
 */
const WHOLE = { hosts: 10, containers: 100, warm: 3, seconds: 1, rounds: 15 }
const SMOKE = { hosts: 2, containers: 10, warm: 0.2, seconds: 0.2, rounds: 1 }
const HOP_BY_HOP = new Set(['connection', 'keep-alive', 'date', 'transfer-encoding'])

/** One response to compare. */
interface Case {
  what: string
  path: string
  headers: Record<string, string>
  /** Whether to send its ETag. */
  isKnown?: boolean
  least?: number
  most?: number
}

const cases: Case[] = [
  { what: '`/stats`', path: '/stats', headers: {}, least: 0.95, most: 1.1 },
  { what: '`/metrics`', path: '/metrics', headers: {}, least: 0.95, most: 1.1 },
  { what: '`/stats`, 304', path: '/stats', headers: {}, isKnown: true, least: 0.85 },
  { what: '`/metrics`, 304', path: '/metrics', headers: {}, isKnown: true, least: 0.85 },
  { what: '`/stats`, gzip', path: '/stats', headers: { 'accept-encoding': 'gzip' }, least: 0.85 },
  { what: '`/metrics`, gzip', path: '/metrics', headers: { 'accept-encoding': 'gzip' }, least: 0.85 }
]

const casesWhilePolling: Case[] = [
  { what: '`/stats` while polling', path: '/stats', headers: {} },
  { what: '`/metrics` while polling', path: '/metrics', headers: {} }
]

interface Captured {
  status: number
  headers: Record<string, string | string[]>
  body: Buffer
}

type Loaded = Pick<LoadResult, 'requests' | 'perSecond' | 'p99'> & { cpu: number }

type Round = Record<'ours' | 'fastify' | 'bare', Loaded>

type Generator = LoadGenerator | Wrk

async function capture (url: string, headers: Record<string, string>): Promise<Captured> {
  const answer = await request(url, { headers })
  const body = Buffer.from(await answer.body.arrayBuffer())
  const kept = Object.entries(answer.headers)
    .flatMap(([name, value]) => value === undefined || HOP_BY_HOP.has(name) ? [] : [[name, value] as const])
  return { status: answer.statusCode, headers: Object.fromEntries(kept), body }
}

/** Compresses a captured response, unless it already is. */
function compressed (captured: Captured): Captured {
  if (captured.headers['content-encoding'] !== undefined) return captured
  const body = gzipSync(captured.body)
  const headers = { ...captured.headers, 'content-encoding': 'gzip', 'content-length': String(body.length) }
  return { ...captured, headers, body }
}

/** Compares responses of the service with the same bytes from other servers. */
class Comparison {
  readonly #size: typeof WHOLE
  readonly #folder: string
  readonly #generator: Generator

  constructor (size: typeof WHOLE, folder: string, generator: Generator) {
    this.#size = size
    this.#folder = folder
    this.#generator = generator
  }

  async run (service: Service, { path, headers: own, isKnown = false }: Case) {
    const url = service.url + path
    const first = await capture(url, { ...service.headers, ...own })
    const etag: Record<string, string> = isKnown ? { 'if-none-match': String(first.headers.etag) } : {}
    const headers = { ...service.headers, ...own, ...etag }
    const captured = isKnown ? await capture(url, headers) : first
    const file = join(this.#folder, 'body')
    const sent = own['accept-encoding'] === undefined ? captured : compressed(captured)
    writeFileSync(file, sent.body)
    const answer = { status: sent.status, headers: sent.headers, file }
    const [fastify, bare] = [new Child('fastify', answer), new Child('bare', answer)]
    const load = { url, headers, connections: CONNECTIONS, seconds: this.#size.seconds }
    try {
      const rounds = await this.#rounds([
        ['ours', service.pid, load],
        ['fastify', fastify.pid, { ...load, url: await fastify.next<string>() + path }],
        ['bare', bare.pid, { ...load, url: await bare.next<string>() + path }]
      ], captured.status)
      return { rounds, bytes: sent.body.length }
    } finally {
      await Promise.all([fastify.stop(), bare.stop()])
    }
  }

  /** Starts each round with a different server. */
  async #rounds (servers: Array<[keyof Round, number, Load]>, status: number): Promise<Round[]> {
    const rounds: Round[] = []
    for (const [, , load] of servers) await this.#generator.run({ ...load, seconds: this.#size.warm }, status)
    for (let turn = 0; turn < this.#size.rounds; turn++) {
      const first = turn % servers.length
      const round: Partial<Round> = {}
      for (const [name, pid, load] of [...servers.slice(first), ...servers.slice(0, first)]) {
        round[name] = await this.#load(pid, load, status)
      }
      rounds.push(round as Round)
    }
    return rounds
  }

  /** Adds the CPU time per request in microseconds. */
  async #load (pid: number, load: Load, status: number): Promise<Loaded> {
    const before = cpuOf(pid)
    const result = await this.#generator.run(load, status)
    return { ...result, cpu: 1000 * (cpuOf(pid) - before) / result.requests }
  }
}

function resultsOf ({ what, least, most }: Case, rounds: readonly Round[]): Result[] {
  const figures = (key: 'perSecond' | 'p99' | 'cpu', other: 'fastify' | 'bare') => ({
    ours: median(rounds.map(({ ours }) => ours[key])),
    reference: median(rounds.map(round => round[other][key])),
    compared: median(rounds.map(round => round.ours[key] / round[other][key]))
  })
  return [
    { what, unit: 'requests/s', ...figures('perSecond', 'fastify'), ...least !== undefined && { bar: { least } } },
    { what: `${what}: p99`, unit: 'ms', ...figures('p99', 'fastify'), ...most !== undefined && { bar: { most } } },
    { what: `${what}: CPU per request`, unit: 'µs', ...figures('cpu', 'fastify') },
    { what: `${what}, against bare \`node:http\``, unit: 'requests/s', ...figures('perSecond', 'bare') }
  ]
}

/** CPU time in which prom-client renders the series of `/metrics`, milliseconds. */
async function promClient (service: Service, folder: string): Promise<number> {
  const { body } = await capture(`${service.url}/metrics`, service.headers)
  const file = join(folder, 'metrics')
  writeFileSync(file, body)
  const child = new Child('prom-client', { file })
  try {
    return (await child.next<{ milliseconds: number }>()).milliseconds
  } finally {
    await child.stop()
  }
}

async function againstPromClient (service: Service, folder: string, results: readonly Result[]): Promise<Result> {
  const reference = await promClient(service, folder)
  const { ours: perRequest = NaN } = results.find(({ what }) => what === '`/metrics`: CPU per request') ?? {}
  const ours = perRequest / 1000
  return {
    what: 'One scrape of `/metrics`, against prom-client writing the same series (times cheaper)',
    unit: 'ms CPU',
    ours,
    reference,
    compared: reference / ours,
    bar: { least: 20 }
  }
}

/** Measures responses against a plain Fastify and a bare `node:http` server that send the same bytes. */
export async function serve ({ isSmoke, resources, say }: BenchOptions): Promise<Result[]> {
  const size = isSmoke ? SMOKE : WHOLE
  const folder = mkdtempSync(join(tmpdir(), 'bench-'))
  resources.push({ stop: async () => rmSync(folder, { recursive: true }) })
  const fakes = new Fakes(size.hosts, { containers: size.containers })
  const generator = hasWrk() ? new Wrk() : new LoadGenerator()
  resources.push(fakes, generator)
  const addresses = await fakes.listening()
  const comparison = new Comparison(size, folder, generator)

  async function compare (service: Service, chosen: readonly Case[]): Promise<Result[]> {
    const results: Result[] = []
    for (const each of chosen) {
      const { rounds, bytes } = await comparison.run(service, each)
      const found = resultsOf(each, rounds)
      say(`${each.what} (${bytes} bytes): ${found.map(({ compared = NaN }) => compared.toFixed(3)).join(' ')}`)
      results.push(...found)
    }
    return results
  }

  const still = new Service({ addresses, mintimeout: STILL, resync: STILL })
  resources.push(still)
  await still.polled(size.containers)
  const results = await compare(still, isSmoke ? cases.slice(0, 3) : cases)
  results.push(await againstPromClient(still, folder, results))
  await still.stop()
  if (isSmoke) return results

  const polling = new Service({ addresses })
  resources.push(polling)
  await polling.polled(size.containers)
  return [...results, ...await compare(polling, casesWhilePolling)]
}
