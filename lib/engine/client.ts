import type { IncomingHttpHeaders } from 'node:http'
import { Pool } from 'undici'
import { EngineBadAnswer, EngineDisconnected, EngineVersion } from '../errors.ts'
import { version } from '../version.ts'
import { connectionError, statusError } from './errors.ts'
import { negotiate, readServer, type EngineServer } from './negotiate.ts'
import { transportOf } from './transports/index.ts'
import {
  parseContainers, parseInfo, parseStats, type ContainerStats, type ContainerSummary, type EngineInfo
} from './wire.ts'

/** The most connections to one Engine: as many stats as are asked at a time of an Engine that answers on its tick. */
export const MAX_CONNECTIONS = 256

/** Docker Desktop takes 3 s longer to list for others than `Docker-Client/…` (docker/for-mac#7575). */
const HEADERS = { 'user-agent': `Docker-Client/${version} (DockStatAPI)` }

/** The limits of one client; times in milliseconds. */
export interface EngineLimits {
  /** Until the connection stands. */
  connect: number
  /** Until the headers of an answer are there, counted from when the request is on the wire. */
  headers: number
  /** Between two pieces of a body. */
  body: number
  /** For one call as a whole, queueing and retry included. */
  call: number
  /** Bytes of one answer. */
  answer: number
}

const defaultLimits: EngineLimits = { connect: 3000, headers: 9000, body: 10_000, call: 10_000, answer: 2 ** 26 }

interface Answer {
  call: string
  statusCode: number
  headers: IncomingHttpHeaders
  body: string
}

/**
 * A client of one Docker Engine. Opens no connection before the first call. Every method rejects with an error of the
 * catalogue (`ENGINE_…`) and nothing else.
 */
export class EngineClient {
  /** Where the Engine is asked, such as `unix:///var/run/docker.sock`. */
  readonly address: string
  readonly #limits: EngineLimits
  readonly #pool: Pool
  #server: EngineServer | null = null

  /** @throws TypeError when no transport serves the address */
  constructor (address: string, limits: Partial<EngineLimits> = {}) {
    this.address = address
    this.#limits = { ...defaultLimits, ...limits }
    const { origin, connect } = transportOf(address)
    this.#pool = new Pool(origin, {
      connect: { ...connect, timeout: this.#limits.connect },
      connections: MAX_CONNECTIONS,
      headersTimeout: this.#limits.headers,
      bodyTimeout: this.#limits.body,
      keepAliveTimeout: 60_000,
      maxResponseSize: this.#limits.answer
    })
  }

  /** Who answers. Asks the Engine only when that is not known yet. */
  async server (signal?: AbortSignal): Promise<EngineServer> {
    if (!this.#server) {
      const { call, headers } = await this.#ask('/_ping', signal)
      this.#server = this.#identify(call, headers)
    }
    return this.#server
  }

  /** All containers, stopped ones too, newest first. */
  async containers (signal?: AbortSignal): Promise<ContainerSummary[]> {
    const answer = await this.#ask('/containers/json?all=1', signal)
    const containers = parseContainers(this.#parse(answer))
    if (!containers) throw new EngineBadAnswer(this.address, answer.call, 'not a list')
    this.#server = this.#identify(answer.call, answer.headers)
    return containers
  }

  async info (signal?: AbortSignal): Promise<EngineInfo> {
    const answer = await this.#ask('/info', signal)
    const info = parseInfo(this.#parse(answer))
    if (!info) throw new EngineBadAnswer(this.address, answer.call, 'not an object')
    return info
  }

  /** One sample, null when the container has none to give. */
  async stats (id: string, signal?: AbortSignal): Promise<ContainerStats | null> {
    return parseStats(this.#parse(await this.#ask(`/containers/${id}/stats?stream=false&one-shot=true`, signal)))
  }

  /** Drops every connection at once; calls under way fail. */
  async close (): Promise<void> {
    await this.#pool.destroy()
  }

  /** Who answered, by the headers that are on every answer: an upgraded Engine shows without a further request. */
  #identify (call: string, headers: IncomingHttpHeaders): EngineServer {
    const offered = String(headers['api-version'])
    if (!/^\d+\.\d+$/.test(offered)) throw new EngineBadAnswer(this.address, call, 'no Api-Version header')
    const apiVersion = negotiate(offered)
    if (!apiVersion) throw new EngineVersion(this.address, call, `it speaks ${offered} at most`)
    return { apiVersion, ...readServer(String(headers.server)) }
  }

  /** Asks once more where the connection had gone stale, or where another Engine version answers than before. */
  async #ask (path: string, outer?: AbortSignal): Promise<Answer> {
    const timeout = AbortSignal.timeout(this.#limits.call)
    const signal = outer ? AbortSignal.any([outer, timeout]) : timeout
    try {
      return await this.#request(path, signal)
    } catch (error) {
      if (error instanceof EngineVersion) this.#server = null
      else if (!(error instanceof EngineDisconnected)) throw error
      return await this.#request(path, signal)
    }
  }

  async #request (path: string, signal: AbortSignal): Promise<Answer> {
    const call = `GET ${path.split('?', 1)[0]}`
    const prefix = path === '/_ping' ? '' : `/v${(await this.server(signal)).apiVersion}`
    const answer = await this.#send(prefix + path, call, signal)
    if (answer.statusCode !== 200) throw statusError(this.address, call, answer)
    return answer
  }

  async #send (path: string, call: string, signal: AbortSignal): Promise<Answer> {
    try {
      const { statusCode, headers, body } = await this.#pool.request({ method: 'GET', path, headers: HEADERS, signal })
      return { call, statusCode, headers, body: await body.text() }
    } catch (cause) {
      throw connectionError(this.address, call, cause)
    }
  }

  /** JSON of an answer; an empty body, which Engines send for what just went away, is null. */
  #parse ({ call, body }: Answer): unknown {
    try {
      return body === '' ? null : JSON.parse(body)
    } catch (cause) {
      throw new EngineBadAnswer(this.address, call, 'not JSON', { cause })
    }
  }
}
