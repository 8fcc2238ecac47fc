import type { IncomingHttpHeaders } from 'node:http'
import { addAbortSignal, type Readable } from 'node:stream'
import { EngineDescriptors, EngineDisconnected } from '../errors.ts'
import { monotonic } from '../model/time.ts'
import { version } from '../version.ts'
import { withDeadline } from './deadline.ts'
import { callOf, connectionError, missingRight, statusError } from './errors.ts'
import { exchange } from './exchange.ts'
import { transportTo } from './transports/index.ts'
import type { EngineEndpoint, Transport } from './transports/transport.ts'
import { Client, Pool, request } from './undici.ts'

/** Enough for all concurrent stats calls to an Engine that answers them once per second (see `oneShotOf`). */
const MAX_CONNECTIONS = 256

/** Characters read from the error response to a stream request: enough for its message. */
const REFUSAL = 4096

/** Docker Desktop lists containers 3 s slower for clients other than `Docker-Client/…` (docker/for-mac#7575). */
const HEADERS = { 'user-agent': `Docker-Client/${version} (DockStatAPI)` }

/** The limits of one client. Times are in milliseconds. */
export interface EngineLimits {
  connect: number
  /** Default timeout of a whole call, including time in the queue; of a stream, until the response starts. */
  call: number
  answer: number
  /** Maximum size of a response about one container, bytes; smaller because many are in flight at once. */
  record: number
  /** File descriptors for connections; 1 allows polls but no event stream, 0 allows no calls at all. */
  descriptors: number
}

export const defaultLimits: EngineLimits = {
  connect: 3000,
  call: 10_000,
  answer: 2 ** 26,
  record: 2 ** 22,
  descriptors: MAX_CONNECTIONS + 1 // the event stream
}

/** File descriptors that the connections to an Engine can use: per connection, and of all, with the event stream. */
export function descriptorsFor (endpoint: EngineEndpoint): { each: number, most: number } {
  const { connections = MAX_CONNECTIONS, descriptors = 1 } = transportTo(endpoint, defaultLimits.connect)
  return { each: descriptors, most: (connections + 1) * descriptors }
}

export interface Call {
  /** The key under which requests are counted, such as `list`. */
  endpoint: string
  path: string
  /** Timeout of the whole call in milliseconds, instead of `EngineLimits.call`. */
  within?: number | undefined
  /** True if it is about one container, so that `EngineLimits.record` applies. */
  isSingle?: boolean
  signal?: AbortSignal | undefined
}

export interface Answer {
  path: string
  headers: IncomingHttpHeaders
  body: string
}

/** The connections to one Engine. Sends requests, counts them, and converts every failure to an `ENGINE_…` error. */
export class EngineConnection {
  readonly address: string
  readonly requests = new Map<string, number>()
  /** The permission that the proxy would have to grant, by endpoint that it forbade on the last call. */
  readonly forbidden = new Map<string, string>()
  lastAnswer = 0
  readonly connections: number
  readonly #transport: Transport
  readonly #limits: EngineLimits
  readonly #polls: Pool
  /** Streams use a separate connection, so they cannot starve polls and have no timeout once open. */
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
      headersTimeout: 0, // because each call has its own overall timeout
      bodyTimeout: 0
    })
    this.#streams = new Client(origin, { ...options, headersTimeout: limits.call, bodyTimeout: 0 })
  }

  /** Sends a GET and reads the whole body. Retries once if the connection is lost, because it may have been stale. */
  async get (call: Call, prefix = ''): Promise<Answer> {
    if (this.#limits.descriptors === 0) throw this.#unaffordable(call.path)
    try {
      return await this.#exchange(call, prefix)
    } catch (error) {
      if (!(error instanceof EngineDisconnected)) throw error
      return await this.#exchange(call, prefix)
    }
  }

  /** Sends a GET whose body continues until the signal fires or the Engine closes it. */
  async stream ({ endpoint, path, signal }: Call, prefix: string): Promise<Readable> {
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

  get expires (): Date | null {
    return this.#transport.expires?.() ?? null
  }

  failure (path: string, cause: unknown) {
    return connectionError(this.address, callOf(path), this.#transport.explain?.(cause) ?? cause)
  }

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
    return new EngineDescriptors(this.address, callOf(path), 'none is left for this connection')
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

/** Reads enough of a body for its message, or what arrived before the connection was lost. */
async function beginningOf (body: Readable): Promise<string> {
  let text = ''
  try {
    for await (const chunk of body) {
      text += chunk
      if (text.length > REFUSAL) break
    }
  } catch { /* the status alone identifies the error */ }
  return text
}
