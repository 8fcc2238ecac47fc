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

/**
 * A client of one Docker Engine. Opens no connection before the first call. Every method rejects with an error of the
 * catalogue (`ENGINE_…`) and nothing else.
 */
export class EngineClient {
  readonly #connection: EngineConnection
  readonly #introducer: Introducer
  #server: ServerIdentity | null = null

  /** @throws TypeError when no transport serves the endpoint */
  constructor (endpoint: EngineEndpoint, limits: Partial<EngineLimits> = {}) {
    const all = { ...defaultLimits, ...limits }
    this.#connection = new EngineConnection(endpoint.address, transportTo(endpoint, all.connect), all)
    this.#introducer = new Introducer(this.#connection, all.call)
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

  /** What a proxy in front of the Engine did not allow when it was last needed, such as `INFO=1` or `GET /info`. */
  get missingRights (): string[] {
    return [...new Set(this.#connection.forbidden.values())].sort()
  }

  /** When a whole answer came last, by the monotonic clock. */
  get lastAnswer (): number {
    return this.#connection.lastAnswer
  }

  /** When the first of the certificates that are configured ends, ISO 8601; null while that is not known. */
  get certificateExpiresAt (): string | null {
    return this.#connection.expires?.toISOString() ?? null
  }

  /** Who answers. Asks the Engine only when that is not known yet. */
  async server (signal?: AbortSignal): Promise<ServerIdentity> {
    this.#server ??= await this.#introducer.introduce(signal)
    return this.#server
  }

  /** Asks whether the Engine answers at all, and who it is. */
  async ping (signal?: AbortSignal): Promise<ServerIdentity> {
    this.#server = await this.#introducer.introduce(signal)
    return this.#server
  }

  /**
   * All containers, stopped ones too, newest first.
   * @param within limit of the call in milliseconds
   */
  async containers (within?: number, signal?: AbortSignal): Promise<ContainerSummary[]> {
    const answer = await this.#ask({ endpoint: 'list', path: '/containers/json?all=1', within, signal })
    const containers = this.#read(answer, 'not a list', parseContainers)
    await this.#recognise(answer, signal)
    return containers
  }

  /** @param within limit of the call in milliseconds */
  async info (within?: number, signal?: AbortSignal): Promise<EngineInfo> {
    const answer = await this.#ask({ endpoint: 'info', path: '/info', within, signal })
    return this.#read(answer, 'it says nothing of the Engine', parseInfo)
  }

  /**
   * What only the Engine's own record of a container says: when it started, how it ended, its health.
   * @param within limit of the call in milliseconds
   */
  async inspect (id: string, within?: number, signal?: AbortSignal): Promise<ContainerDetails> {
    const path = `/containers/${id}/json`
    const answer = await this.#ask({ endpoint: 'inspect', path, within, isSingle: true, signal })
    return this.#read(answer, 'not a container', parseDetails)
  }

  /**
   * One sample, null when the container has none to give.
   * @param within limit of the call in milliseconds
   */
  async stats (id: string, within?: number, signal?: AbortSignal): Promise<ContainerStats | null> {
    const path = `/containers/${id}/stats?stream=false&one-shot=true`
    const answer = await this.#ask({ endpoint: 'stats', path, within, isSingle: true, signal })
    const body = this.#parse(answer)
    const stats = parseStats(body, this.#server?.osType)
    if (!stats) this.#throwIfError(answer, body)
    return stats && this.#rightWayRound(stats)
  }

  /** One sample of every running container, by id, in one request. Podman only. */
  async podmanStats (within?: number, signal?: AbortSignal): Promise<ReadonlyMap<string, ContainerStats>> {
    const path = '/libpod/containers/stats?stream=false'
    const answer = await this.#connection.get({ endpoint: 'stats', path, within, signal }, PODMAN_PREFIX)
    const stats = this.#read(answer, 'no statistics', parsePodmanStats)
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
    const lines = readLines(body)
    for (;;) {
      const { done, value } = await lines.next().catch(cause => { throw this.#connection.failure(path, cause) })
      if (done) return
      const event = parseEvent(value)
      if (event) yield event
      else this.#throwIfError({ path }, value)
    }
  }

  /** Drops every connection at once; calls under way fail. */
  async close (): Promise<void> {
    await this.#connection.close()
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

  /** Takes over who answered; where the answer does not tell it is who did before. */
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

  /** What `parse` makes of the answer; where that is null it is `problem`, or the error that the answer holds. */
  #read<T> (answer: Answer, problem: string, parse: (body: unknown) => T | null): T {
    const body = this.#parse(answer)
    const value = parse(body)
    if (value !== null) return value
    this.#throwIfError(answer, body)
    throw this.#badAnswer(answer, problem)
  }

  /** JSON of an answer; an empty body, which Engines send for what just went away, is null. */
  #parse ({ path, body }: Answer): unknown {
    try {
      return body === '' ? null : JSON.parse(body)
    } catch (cause) {
      throw this.#badAnswer({ path }, 'not JSON', cause)
    }
  }

  /** Engines answer 200 before they have collected; what goes wrong then is in the body. */
  #throwIfError ({ path }: Pick<Call, 'path'>, body: unknown) {
    const message = errorMessageIn(body)
    if (message !== null) throw hiddenError(this.address, callOf(path), message)
  }

  #badAnswer ({ path }: Pick<Call, 'path'>, problem: string, cause?: unknown): Error {
    return new EngineBadAnswer(this.address, callOf(path), problem, { cause })
  }
}
