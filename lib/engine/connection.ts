import type { IncomingHttpHeaders } from 'node:http'
import { addAbortSignal, type Readable } from 'node:stream'
import { EngineDescriptors, EngineDisconnected } from '../errors.ts'
import { monotonic } from '../model/time.ts'
import { version } from '../version.ts'
import { withDeadline } from './deadline.ts'
import { callOf, connectionError, missingRight, statusError } from './errors.ts'
import { exchange } from './exchange.ts'
import type { Transport } from './transports/transport.ts'
import { Client, Pool, request } from './undici.ts'

/** The most connections to one Engine: as many stats as are asked at a time of an Engine that answers on its tick. */
const MAX_CONNECTIONS = 256

/** Characters of the answer that refuses a stream: enough for its message. */
const REFUSAL = 4096

/** Docker Desktop takes 3 s longer to list for others than `Docker-Client/…` (docker/for-mac#7575). */
const HEADERS = { 'user-agent': `Docker-Client/${version} (DockStatAPI)` }

/** The limits of one client; times in milliseconds. */
export interface EngineLimits {
  /** Until the connection stands. */
  connect: number
  /** For one call as a whole, queueing included, where the caller sets no other; until a stream begins. */
  call: number
  /** Bytes of one answer. */
  answer: number
  /** Bytes of one answer about a single container: many of them are under way at a time. */
  record: number
  /** File descriptors for its connections; 1 is for polls without a stream, 0 for nothing. */
  descriptors: number
}

export const defaultLimits: EngineLimits = {
  connect: 3000,
  call: 10_000,
  answer: 2 ** 26,
  record: 2 ** 22,
  descriptors: MAX_CONNECTIONS + 1 // for the stream
}

/** What one request is, in the words of the API: the name that counts it, and its path. */
export interface Call {
  /** Endpoint in the words of the Engine API, such as `list`; requests are counted by it. */
  endpoint: string
  /** Path with query, without API version. */
  path: string
  /** Limit of the whole call where it is not the usual one, milliseconds. */
  within?: number | undefined
  /** Whether it is about a single container. */
  isSingle?: boolean
  signal?: AbortSignal | undefined
}

export interface Answer {
  /** What was asked for, without prefix. */
  path: string
  headers: IncomingHttpHeaders
  body: string
}

/** The connections to one Engine: sends requests, counts them, turns every failure into an error of the catalogue. */
export class EngineConnection {
  readonly address: string
  /** Requests sent so far, by endpoint. */
  readonly requests = new Map<string, number>()
  /** What a proxy would have to allow, by the endpoints that were refused when they were last asked. */
  readonly forbidden = new Map<string, string>()
  /** When a whole answer came last, by the monotonic clock. */
  lastAnswer = 0
  /** The most polls that are answered at a time; others wait. */
  readonly connections: number
  readonly #transport: Transport
  readonly #limits: EngineLimits
  readonly #polls: Pool
  /** A stream has its own connection: it cannot starve polls, and no limit ends it once it is open. */
  readonly #streams: Client
  readonly #mayStream: boolean

  constructor (address: string, transport: Transport, limits: EngineLimits) {
    const { origin, connect, connections: most = MAX_CONNECTIONS, descriptors = 1 } = transport
    const affordable = Math.floor(limits.descriptors / descriptors)
    const connections = Math.max(1, Math.min(most, affordable - 1))
    this.address = address
    this.connections = connections
    this.#mayStream = affordable > connections
    this.#transport = transport
    this.#limits = limits
    const options = {
      connect: typeof connect === 'function' ? connect : { ...connect, timeout: limits.connect },
      keepAliveTimeout: 60_000
    }
    this.#polls = new Pool(origin, {
      ...options,
      connections,
      headersTimeout: 0, // each call has a limit of its own, as a whole
      bodyTimeout: 0
    })
    this.#streams = new Client(origin, { ...options, headersTimeout: limits.call, bodyTimeout: 0 })
  }

  /**
   * One GET with its whole body; once more where the connection broke: it may have gone stale while idle.
   * @param prefix of the path: the API version, such as `/v1.41`, or another
   */
  async get (call: Call, prefix = ''): Promise<Answer> {
    if (this.#limits.descriptors === 0) throw this.#unaffordable(call.path)
    try {
      return await this.#exchange(call, prefix)
    } catch (error) {
      if (!(error instanceof EngineDisconnected)) throw error
      return await this.#exchange(call, prefix)
    }
  }

  /** One GET whose body goes on until the signal fires or the Engine ends it; `prefix` as above. */
  async stream ({ endpoint, path, signal }: Call, prefix: string): Promise<AsyncIterable<Uint8Array>> {
    if (!this.#mayStream) throw this.#unaffordable(path)
    this.#count(endpoint)
    const { statusCode, headers, body } = await request
      .call(this.#streams, { method: 'GET', path: prefix + path, headers: HEADERS, signal })
      .catch(cause => { throw this.failure(path, cause) })
    const refusal = statusCode === 200
      ? ''
      : await withDeadline(this.#limits.call, signal, signal => beginningOf(addAbortSignal(signal, body)))
    this.#check({ endpoint, path, statusCode, headers, body: refusal })
    return body
  }

  /** When the first of the certificates ends that connections are made with; null where there is none. */
  get expires (): Date | null {
    return this.#transport.expires?.() ?? null
  }

  /** The typed error for a request that got no whole answer. */
  failure (path: string, cause: unknown) {
    return connectionError(this.address, callOf(path), this.#transport.explain?.(cause) ?? cause)
  }

  /** Drops every connection at once; calls under way fail. */
  async close (): Promise<void> {
    await Promise.all([this.#polls.destroy(), this.#streams.destroy()])
    await this.#transport.close?.()
  }

  async #exchange ({ endpoint, path, within = this.#limits.call, isSingle = false, signal }: Call, prefix: string) {
    this.#count(endpoint)
    const most = isSingle ? this.#limits.record : this.#limits.answer
    const { statusCode, headers, body } =
      await exchange(this.#polls, { path: prefix + path, headers: HEADERS, within, most, signal })
        .catch(cause => { throw this.failure(path, cause) })
    this.lastAnswer = monotonic()
    this.#check({ endpoint, path, statusCode, headers, body })
    return { path, headers, body }
  }

  #unaffordable (path: string) {
    return new EngineDescriptors(this.address, callOf(path), 'no connection is left for it')
  }

  #check ({ path, ...answer }: Answer & { endpoint: string, statusCode: number }) {
    const call = callOf(path)
    const right = missingRight(call, answer)
    if (right === null) this.forbidden.delete(answer.endpoint)
    else this.forbidden.set(answer.endpoint, right)
    if (answer.statusCode !== 200) throw statusError(this.address, call, answer)
  }

  #count (endpoint: string) {
    this.requests.set(endpoint, (this.requests.get(endpoint) ?? 0) + 1)
  }
}

/** As much of a body as a message needs, or as has come before it broke off. */
async function beginningOf (body: Readable): Promise<string> {
  let text = ''
  try {
    for await (const chunk of body) {
      text += chunk
      if (text.length > REFUSAL) break
    }
  } catch { /* the status says enough */ }
  return text
}
