import { EngineBadAnswer, EngineVersion } from '../errors.ts'
import { defaultLimits, EngineConnection, type Answer, type Call, type EngineLimits } from './connection.ts'
import { callOf, errorMessageIn, hiddenError } from './errors.ts'
import { Introducer, type ServerIdentity } from './introducer.ts'
import { readLines } from './ndjson.ts'
import { swapsDirections } from './negotiate.ts'
import { transportTo } from './transports/index.ts'
import type { EngineEndpoint } from './transports/transport.ts'
import { parsePodmanStats, parseStats, swapDirections, type ContainerStats } from './wire-stats.ts'
import {
  parseContainers, parseDetails, parseEvent, parseInfo, type ContainerDetails, type ContainerSummary, type EngineEvent
} from './wire.ts'
import type { EngineInfo } from '../model/engine.ts'

const EVENTS = `/events?filters=${encodeURIComponent('{"type":["container","network"]}')}`
const PODMAN_PREFIX = '/v4.0.0'

/** A client for one Docker Engine. It connects on the first call, and methods reject only with `ENGINE_…` errors. */
export class EngineClient {
  readonly #connection: EngineConnection
  readonly #introducer: Introducer
  #server: ServerIdentity | null = null

  constructor (endpoint: EngineEndpoint, limits: Partial<EngineLimits> = {}) {
    const all = { ...defaultLimits, ...limits }
    this.#connection = new EngineConnection(endpoint.address, transportTo(endpoint, all.connect), all)
    this.#introducer = new Introducer(this.#connection, all.call)
  }

  /** The URL of the Engine, such as `unix:///var/run/docker.sock`. */
  get address (): string {
    return this.#connection.address
  }

  /** Maximum number of concurrent calls. Further calls queue, which counts towards their timeouts. */
  get connections (): number {
    return this.#connection.connections
  }

  /** Requests sent so far, by endpoint: ping, version, list, info, inspect, stats, events. */
  get requests (): Record<string, number> {
    return Object.fromEntries(this.#connection.requests)
  }

  /** What the proxy in front of the Engine forbade on the last attempt, such as `INFO=1` or `GET /info`. */
  get missingRights (): string[] {
    return [...new Set(this.#connection.forbidden.values())].sort()
  }

  /** When the last complete response arrived, by the monotonic clock. */
  get lastAnswer (): number {
    return this.#connection.lastAnswer
  }

  /** When the first configured certificate expires, ISO 8601; null until the files have been read. */
  get certificateExpiresAt (): string | null {
    return this.#connection.expires?.toISOString() ?? null
  }

  /** The identity of the Engine, requested only if it is not known yet. */
  async server (signal?: AbortSignal): Promise<ServerIdentity> {
    this.#server ??= await this.#introducer.introduce(signal)
    return this.#server
  }

  /** Checks that the Engine responds, and refreshes its identity. */
  async ping (signal?: AbortSignal): Promise<ServerIdentity> {
    this.#server = await this.#introducer.introduce(signal)
    return this.#server
  }

  /** All containers, including stopped ones, newest first. `within` is the timeout in milliseconds, as below. */
  async containers (within?: number, signal?: AbortSignal): Promise<ContainerSummary[]> {
    const answer = await this.#ask({ endpoint: 'list', path: '/containers/json?all=1', within, signal })
    const containers = this.#read(answer, 'not a list', parseContainers)
    await this.#recognise(answer, signal)
    return containers
  }

  async info (within?: number, signal?: AbortSignal): Promise<EngineInfo> {
    const answer = await this.#ask({ endpoint: 'info', path: '/info', within, signal })
    return this.#read(answer, 'no information about the Engine', parseInfo)
  }

  /** The details of a container that lists do not contain, such as its start time, exit code and health. */
  async inspect (id: string, within?: number, signal?: AbortSignal): Promise<ContainerDetails> {
    const path = `/containers/${id}/json`
    const answer = await this.#ask({ endpoint: 'inspect', path, within, isSingle: true, signal })
    return this.#read(answer, 'not a container', parseDetails)
  }

  /** One sample; null if the container has none, for example because it is not running. */
  async stats (id: string, within?: number, signal?: AbortSignal): Promise<ContainerStats | null> {
    const path = `/containers/${id}/stats?stream=false&one-shot=true`
    const answer = await this.#ask({ endpoint: 'stats', path, within, isSingle: true, signal })
    const body = this.#parse(answer)
    const stats = parseStats(body, this.#server?.osType)
    if (!stats) this.#throwIfError(answer, body)
    return stats && this.#rightWayRound(stats)
  }

  /** One sample of every running container, by ID, in a single request. Podman only. */
  async podmanStats (within?: number, signal?: AbortSignal): Promise<ReadonlyMap<string, ContainerStats>> {
    const path = '/libpod/containers/stats?stream=false'
    const answer = await this.#connection.get({ endpoint: 'stats', path, within, signal }, PODMAN_PREFIX)
    const stats = this.#read(answer, 'no statistics', parsePodmanStats)
    return new Map([...stats].map(([id, sample]) => [id, this.#rightWayRound(sample)]))
  }

  /**
   * Container and network events, until `signal` fires or the Engine closes the stream.
   * @param since seconds since the epoch, by the Engine's clock
   * @param onOpen called once the Engine starts to respond
   */
  async * events (since: number, signal: AbortSignal, onOpen: () => void): AsyncGenerator<EngineEvent> {
    const { apiVersion } = await this.server(signal)
    const path = `${EVENTS}&since=${since.toFixed(3)}`
    const body = await this.#connection.stream({ endpoint: 'events', path, signal }, `/v${apiVersion}`)
    onOpen()
    const lines = readLines(body)
    const values = lines[Symbol.asyncIterator]()
    try {
      for (;;) {
        const { done, value } = await values.next().catch(cause => { throw this.#connection.failure(path, cause) })
        if (done) return
        const event = parseEvent(value)
        if (event) yield event
        else this.#throwIfError({ path }, value)
      }
    } finally {
      lines.destroy() // a stream that goes on after an error would keep the next one waiting
    }
  }

  async close (): Promise<void> {
    await this.#connection.close()
  }

  /** Calls with the negotiated API version; negotiates again and retries if the Engine was replaced by another. */
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

  /** Updates the identity from the response; keeps the previous one if the response does not reveal it. */
  async #recognise (answer: Answer, signal?: AbortSignal) {
    try {
      this.#server = await this.#introducer.identify(answer, `/v${this.#server?.apiVersion}`, signal)
    } catch (error) {
      if (!(error instanceof EngineBadAnswer)) throw error
    }
  }

  #rightWayRound (stats: ContainerStats): ContainerStats {
    return this.#server && swapsDirections(this.#server) ? swapDirections(stats) : stats
  }

  /** Parses the response. If that yields null, throws the error that the body contains, or else `problem`. */
  #read<T> (answer: Answer, problem: string, parse: (body: unknown) => T | null): T {
    const body = this.#parse(answer)
    const value = parse(body)
    if (value !== null) return value
    this.#throwIfError(answer, body)
    throw this.#badAnswer(answer, problem)
  }

  /** An empty body is null: Engines send one for a container that has just been removed. */
  #parse ({ path, body }: Answer): unknown {
    try {
      return body === '' ? null : JSON.parse(body)
    } catch (cause) {
      throw this.#badAnswer({ path }, 'not JSON', cause)
    }
  }

  /** Engines send status 200 before they collect the data, so later errors are in the body. */
  #throwIfError ({ path }: Pick<Call, 'path'>, body: unknown) {
    const message = errorMessageIn(body)
    if (message !== null) throw hiddenError(this.address, callOf(path), message)
  }

  #badAnswer ({ path }: Pick<Call, 'path'>, problem: string, cause?: unknown): Error {
    return new EngineBadAnswer(this.address, callOf(path), problem, { cause })
  }
}
