import { EngineBadAnswer, EngineNotFound, EngineVersion, isHostLost, isRefused } from '../errors.ts'
import { wallClock } from '../model/time.ts'
import type { Answer, Call, EngineConnection } from './connection.ts'
import { callOf } from './errors.ts'
import { negotiate, oneShotOf, readIdentity, type Identity } from './negotiate.ts'
import { parseVersion } from './wire.ts'
import type { EngineServer } from '../model/engine.ts'

/** The identity of an Engine; `date` is when it responded, by its own clock, in milliseconds since the epoch. */
export type ServerIdentity = EngineServer & { date: number }

const VERSION: Call = { endpoint: 'version', path: '/version' }

interface Introducing {
  call: Call
  prefix: string
}

/** Cheapest first. A proxy may forbid any of them, and an Engine may fail at any. */
const INTRODUCTIONS: Call[] = [
  { endpoint: 'ping', path: '/_ping' },
  VERSION,
  { endpoint: 'list', path: '/containers/json?limit=1' }
]

const withPrefix = (prefix: string): Introducing[] => INTRODUCTIONS.map(call => ({ call, prefix }))

/** Some proxies allow only versioned paths. Every Engine since 20.10 accepts 1.44 or 1.41. */
const UNVERSIONED = withPrefix('')
const VERSIONED = ['/v1.44', '/v1.41'].flatMap(withPrefix)

/** Milliseconds; short, because Engines answer these calls from memory. */
const INTRODUCTION_WITHIN = 3000

/** Identifies the Engine at an address and negotiates the API version. */
export class Introducer {
  readonly #connection: EngineConnection
  readonly #within: number
  #introducing: Introducing | null = null
  /** The last response of `/version`, the incomplete headers that required it, and whether it is stale. */
  #cached: { headers: string, identity: Identity | null, isOld: boolean } | null = null

  /** @param within timeout of each call, milliseconds */
  constructor (connection: EngineConnection, within: number) {
    this.#connection = connection
    this.#within = Math.min(INTRODUCTION_WITHIN, within)
  }

  /** Tries the calls in turn until one identifies the Engine. */
  async introduce (signal?: AbortSignal): Promise<ServerIdentity> {
    const failures: unknown[] = []
    if (this.#cached) this.#cached.isOld = true
    for (const introducing of this.#introductions(failures)) {
      try {
        const introduction = await this.#introduceBy(introducing, signal)
        if (failures.length > 0) await this.#askRefused(signal)
        return introduction
      } catch (error) {
        if (signal?.aborted || (isHostLost(error) && !(error instanceof EngineVersion))) throw error
        failures.push(error)
      }
    }
    const isNowhere = failures.every(error => error instanceof EngineNotFound)
    if (isNowhere) throw this.#badAnswer({ path: '/_ping' }, 'no Docker API at this address', failures[0])
    throw failures.every(isRefused) ? failures.at(-1) : failures[0]
  }

  /** Retries forbidden calls, because the proxy may allow them by now. */
  async #askRefused (signal?: AbortSignal) {
    const refused = INTRODUCTIONS.filter(({ endpoint }) => this.#connection.forbidden.has(endpoint))
    await Promise.allSettled(refused.map(call => this.#connection.get({ ...call, within: this.#within, signal })))
  }

  /** Starts with the call that last succeeded; versioned paths follow only if all others are refused. */
  * #introductions (failures: readonly unknown[]): Generator<Introducing> {
    if (this.#introducing) yield this.#introducing
    const others = failures.length
    yield * UNVERSIONED
    if (failures.slice(others).every(isRefused)) yield * VERSIONED
  }

  async #introduceBy (introducing: Introducing, signal?: AbortSignal): Promise<ServerIdentity> {
    const { call, prefix } = introducing
    const answer = await this.#connection.get({ ...call, within: this.#within, signal }, prefix)
    const server = await this.identify(answer, prefix, signal)
    if (call.endpoint === 'ping' && server.version !== null) this.#connection.forbidden.delete(VERSION.endpoint)
    this.#introducing = introducing
    return server
  }

  /**
   * Identifies the Engine by the headers of any response, so an upgrade is noticed without a further request. Falls
   * back to `/version` if the headers are incomplete.
   * @param prefix of the path of the response
   */
  async identify (answer: Answer, prefix: string, signal?: AbortSignal): Promise<ServerIdentity> {
    const byHeaders = readIdentity(answer.headers)
    const isWhole = byHeaders.offered !== null && byHeaders.kind !== 'unknown' && byHeaders.version !== null
    const byVersion = isWhole ? null : await this.#versionOf(answer, prefix, signal)
    const kind = byHeaders.kind === 'unknown' ? byVersion?.kind ?? 'unknown' : byHeaders.kind
    const version = byHeaders.version ?? byVersion?.version ?? null
    const offered = byHeaders.offered ?? byVersion?.offered ?? null
    if (offered === null) throw this.#badAnswer(answer, 'no Api-Version header')
    const apiVersion = negotiate(offered)
    if (!apiVersion) {
      const problem = `the Engine supports at most ${offered}; upgrade it`
      throw new EngineVersion(this.#connection.address, callOf(answer.path), problem)
    }
    const date = Date.parse(String(answer.headers.date))
    return {
      kind,
      version,
      apiVersion,
      osType: byHeaders.osType ?? byVersion?.osType ?? null,
      oneShot: oneShotOf({ kind, version }),
      date: Number.isNaN(date) ? wallClock() : date
    }
  }

  /** The identity according to `/version`, cached by the headers of the response; null if it never succeeded. */
  async #versionOf (answer: Answer, prefix: string, signal?: AbortSignal): Promise<Identity | null> {
    const { server, 'api-version': offered } = answer.headers
    const headers = `${server} ${offered}`
    const known = this.#cached?.headers === headers ? this.#cached : null
    if (known && !known.isOld) return known.identity
    const body = answer.path === VERSION.path
      ? answer
      : await this.#connection.get({ ...VERSION, within: this.#within, signal }, prefix).catch(() => null)
    const identity = (body && readVersion(body)) ?? known?.identity ?? null
    this.#cached = { headers, identity, isOld: false }
    return identity
  }

  #badAnswer ({ path }: Pick<Call, 'path'>, problem: string, cause?: unknown): Error {
    return new EngineBadAnswer(this.#connection.address, callOf(path), problem, { cause })
  }
}

function readVersion ({ body }: Answer): Identity | null {
  try {
    return parseVersion(JSON.parse(body))
  } catch {
    return null
  }
}
