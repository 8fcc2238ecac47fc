import { EngineBadAnswer, EngineForbidden, EngineGone, EngineVersion } from '../errors.ts'
import { defaultLimits, EngineConnection, type Answer, type Call, type EngineLimits } from './connection.ts'
import { callOf, rightFor } from './errors.ts'
import { readLines } from './ndjson.ts'
import { negotiate, readServer, swapsDirections, type EngineServer } from './negotiate.ts'
import { transportTo, type EngineEndpoint } from './transports/index.ts'
import { parsePodmanStats, parseStats, swapDirections, type ContainerStats } from './wire-stats.ts'
import {
  parseContainers, parseDetails, parseEvent, parseInfo,
  type ContainerDetails, type ContainerSummary, type EngineEvent, type EngineInfo
} from './wire.ts'

/** What one Engine says of who it is, and when it said so by its own clock (milliseconds since the epoch). */
export type Introduction = EngineServer & { date: number }

/** Calls whose headers tell who answers, the cheapest first: a proxy may forbid any of them. */
const INTRODUCTIONS: Call[] = [
  { endpoint: 'ping', path: '/_ping' },
  { endpoint: 'version', path: '/version' },
  { endpoint: 'list', path: '/containers/json?limit=1' }
]

const EVENTS = `/events?filters=${encodeURIComponent('{"type":["container"]}')}`
const PODMAN_PREFIX = '/v4.0.0'

/**
 * A client of one Docker Engine. Opens no connection before the first call. Every method rejects with an error of the
 * catalogue (`ENGINE_…`) and nothing else.
 */
export class EngineClient {
  readonly #connection: EngineConnection
  #server: Introduction | null = null

  /** @throws TypeError when no transport serves the endpoint */
  constructor (endpoint: EngineEndpoint, limits: Partial<EngineLimits> = {}) {
    const all = { ...defaultLimits, ...limits }
    this.#connection = new EngineConnection(endpoint.address, transportTo(endpoint, all.connect), all)
  }

  /** Where the Engine is asked, such as `unix:///var/run/docker.sock`. */
  get address (): string {
    return this.#connection.address
  }

  /** The most calls that are answered at a time; others wait, and their limits count that. */
  get connections (): number {
    return this.#connection.connections
  }

  /** Requests sent so far, by endpoint: ping, version, list, info, inspect, stats, events. */
  get requests (): Record<string, number> {
    return Object.fromEntries(this.#connection.requests)
  }

  /** Rights that a proxy in front of the Engine did not grant when they were last needed, such as `INFO=1`. */
  get missingRights (): string[] {
    return [...new Set([...this.#connection.forbidden].map(rightFor))].sort()
  }

  /** When the first of the certificates that are configured ends, ISO 8601; null while that is not known. */
  get certificateExpiresAt (): string | null {
    return this.#connection.expires?.toISOString() ?? null
  }

  /** Who answers. Asks the Engine only when that is not known yet. */
  async server (signal?: AbortSignal): Promise<Introduction> {
    this.#server ??= await this.#introduce(signal)
    return this.#server
  }

  /** Asks whether the Engine answers at all, and who it is. */
  async ping (signal?: AbortSignal): Promise<Introduction> {
    this.#server = await this.#introduce(signal)
    return this.#server
  }

  /** All containers, stopped ones too, newest first. */
  async containers (signal?: AbortSignal): Promise<ContainerSummary[]> {
    const answer = await this.#ask({ endpoint: 'list', path: '/containers/json?all=1', signal })
    const containers = parseContainers(this.#parse(answer))
    if (!containers) throw this.#badAnswer(answer, 'not a list')
    this.#server = this.#identify(answer)
    return containers
  }

  async info (signal?: AbortSignal): Promise<EngineInfo> {
    const answer = await this.#ask({ endpoint: 'info', path: '/info', signal })
    const info = parseInfo(this.#parse(answer))
    if (!info) throw this.#badAnswer(answer, 'not an object')
    return info
  }

  /** What only the Engine's own record of a container says: when it started, how it ended, its health. */
  async inspect (id: string, signal?: AbortSignal): Promise<ContainerDetails> {
    const answer = await this.#ask({ endpoint: 'inspect', path: `/containers/${id}/json`, isSingle: true, signal })
    const details = parseDetails(this.#parse(answer))
    if (!details) throw this.#badAnswer(answer, 'not a container')
    return details
  }

  /**
   * One sample, null when the container has none to give.
   * @param within limit of the call in milliseconds
   */
  async stats (id: string, within?: number, signal?: AbortSignal): Promise<ContainerStats | null> {
    const path = `/containers/${id}/stats?stream=false&one-shot=true`
    const stats = parseStats(this.#parse(await this.#ask({ endpoint: 'stats', path, within, isSingle: true, signal })))
    return stats && this.#rightWayRound(stats)
  }

  /** One sample of every running container, by id, in one request. Podman only. */
  async podmanStats (within?: number, signal?: AbortSignal): Promise<ReadonlyMap<string, ContainerStats>> {
    const path = '/libpod/containers/stats?stream=false'
    const answer = await this.#connection.get({ endpoint: 'stats', path, within, signal }, PODMAN_PREFIX)
    const stats = parsePodmanStats(this.#parse(answer))
    if (!stats) throw this.#badAnswer(answer, 'no statistics')
    return new Map([...stats].map(([id, sample]) => [id, this.#rightWayRound(sample)]))
  }

  /**
   * What happens to containers, until `signal` fires or the Engine ends it.
   * @param since seconds since the epoch, by the Engine's clock
   * @param onOpen called when the Engine has begun to answer
   */
  async * events (since: number, signal: AbortSignal, onOpen: () => void): AsyncGenerator<EngineEvent> {
    const { apiVersion } = await this.server(signal)
    const path = `${EVENTS}&since=${since.toFixed(3)}`
    const body = await this.#connection.stream({ endpoint: 'events', path, signal }, `/v${apiVersion}`)
    onOpen()
    try {
      for await (const line of readLines(body)) {
        const event = parseEvent(line)
        if (event) yield event
      }
    } catch (cause) {
      throw this.#connection.failure(path, cause)
    }
  }

  /** Drops every connection at once; calls under way fail. */
  async close (): Promise<void> {
    await this.#connection.close()
  }

  async #introduce (signal: AbortSignal | undefined): Promise<Introduction> {
    let refusal: unknown
    for (const call of INTRODUCTIONS) {
      try {
        const server = this.#identify(await this.#connection.get({ ...call, signal }))
        if (!refusal) this.#connection.forbidden.delete('version') // it was only needed in the place of a ping
        return server
      } catch (error) {
        if (error instanceof EngineGone) throw this.#badAnswer(call, 'no Docker API there', error)
        if (!(error instanceof EngineForbidden)) throw error
        refusal = error
      }
    }
    throw refusal
  }

  /** Who answered, by the headers that are on every answer: an upgraded Engine shows without a further request. */
  #identify ({ path, headers }: Answer): Introduction {
    const offered = String(headers['api-version'])
    if (!/^\d+\.\d+$/.test(offered)) throw this.#badAnswer({ path }, 'no Api-Version header')
    const apiVersion = negotiate(offered)
    if (!apiVersion) throw new EngineVersion(this.address, callOf(path), `it speaks ${offered} at most`)
    const date = Date.parse(String(headers.date))
    return { apiVersion, ...readServer(String(headers.server)), date: Number.isNaN(date) ? Date.now() : date }
  }

  /** A call under the negotiated version; once more where another Engine version answers than before. */
  async #ask (call: Call): Promise<Answer> {
    const { apiVersion } = this.#server ?? await this.server(call.signal)
    try {
      return await this.#connection.get(call, `/v${apiVersion}`)
    } catch (error) {
      if (!(error instanceof EngineVersion)) throw error
    }
    this.#server = null
    const { apiVersion: other } = await this.server(call.signal)
    return await this.#connection.get(call, `/v${other}`)
  }

  #rightWayRound (stats: ContainerStats): ContainerStats {
    return this.#server && swapsDirections(this.#server) ? swapDirections(stats) : stats
  }

  /** JSON of an answer; an empty body, which Engines send for what just went away, is null. */
  #parse ({ path, body }: Answer): unknown {
    try {
      return body === '' ? null : JSON.parse(body)
    } catch (cause) {
      throw this.#badAnswer({ path }, 'not JSON', cause)
    }
  }

  #badAnswer ({ path }: Pick<Call, 'path'>, problem: string, cause?: unknown): Error {
    return new EngineBadAnswer(this.address, callOf(path), problem, { cause })
  }
}
