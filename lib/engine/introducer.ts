import { EngineBadAnswer, EngineNotFound, EngineVersion, isHostLost, isRefused } from '../errors.ts'
import { wallClock } from '../model/time.ts'
import type { Answer, Call, EngineConnection } from './connection.ts'
import { callOf } from './errors.ts'
import { negotiate, oneShotOf, readIdentity, type Identity } from './negotiate.ts'
import { parseVersion } from './wire.ts'
import type { EngineServer } from '../model/engine.ts'

/** What one Engine says of who it is, and when it said so by its own clock (milliseconds since the epoch). */
export type ServerIdentity = EngineServer & { date: number }

const VERSION: Call = { endpoint: 'version', path: '/version' }

/** A call whose answer tells who answers, and the API version that is put before its path. */
interface Introducing {
  call: Call
  prefix: string
}

/** The cheapest first: a proxy may forbid any of them, an Engine fail in one. */
const INTRODUCTIONS: Call[] = [
  { endpoint: 'ping', path: '/_ping' },
  VERSION,
  { endpoint: 'list', path: '/containers/json?limit=1' }
]

const withPrefix = (prefix: string): Introducing[] => INTRODUCTIONS.map(call => ({ call, prefix }))

/** Some proxies pass only paths with a version. Every Engine from 20.10 on takes one of these two. */
const UNVERSIONED = withPrefix('')
const VERSIONED = ['/v1.44', '/v1.41'].flatMap(withPrefix)

/** For one of those calls, milliseconds: they are answered from memory. */
const INTRODUCTION_WITHIN = 3000

/** Finds out who answers at an address, and which API version to speak. */
export class Introducer {
  readonly #connection: EngineConnection
  readonly #within: number
  /** What worked last. */
  #introducing: Introducing | null = null
  /** What `/version` said, of which headers, that did not say enough, and whether that is to be asked again. */
  #told: { headers: string, identity: Identity | null, isOld: boolean } | null = null

  /** @param within the most that one call may take, milliseconds */
  constructor (connection: EngineConnection, within: number) {
    this.#connection = connection
    this.#within = Math.min(INTRODUCTION_WITHIN, within)
  }

  /** @throws what the first of the calls failed with, where all failed */
  async introduce (signal?: AbortSignal): Promise<ServerIdentity> {
    const failures: unknown[] = []
    if (this.#told) this.#told.isOld = true
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
    if (isNowhere) throw this.#badAnswer({ path: '/_ping' }, 'no Docker API there', failures[0])
    throw failures.every(isRefused) ? failures.at(-1) : failures[0]
  }

  /** A proxy may have begun to allow what it refused before. */
  async #askRefused (signal?: AbortSignal) {
    const refused = INTRODUCTIONS.filter(({ endpoint }) => this.#connection.forbidden.has(endpoint))
    await Promise.allSettled(refused.map(call => this.#connection.get({ ...call, within: this.#within, signal })))
  }

  /** What worked last comes first, paths with a version only where all others are refused. */
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
   * Who answered: by the headers that are on every answer, so that an upgraded Engine shows without a further request;
   * by `/version` where they do not say it all.
   * @param prefix that was put before the path of the answer
   */
  async identify (answer: Answer, prefix: string, signal?: AbortSignal): Promise<ServerIdentity> {
    const said = readIdentity(answer.headers)
    const isWhole = said.offered !== null && said.kind !== 'unknown' && said.version !== null
    const told = isWhole ? null : await this.#versionOf(answer, prefix, signal)
    const kind = said.kind === 'unknown' ? told?.kind ?? 'unknown' : said.kind
    const version = said.version ?? told?.version ?? null
    const offered = said.offered ?? told?.offered ?? null
    if (offered === null) throw this.#badAnswer(answer, 'no Api-Version header')
    const apiVersion = negotiate(offered)
    if (!apiVersion) {
      throw new EngineVersion(this.#connection.address, callOf(answer.path), `it speaks ${offered} at most`)
    }
    const date = Date.parse(String(answer.headers.date))
    return {
      kind,
      version,
      apiVersion,
      osType: said.osType ?? told?.osType ?? null,
      oneShot: oneShotOf({ kind, version }),
      date: Number.isNaN(date) ? wallClock() : date
    }
  }

  /** What `/version` says, or last said, of who sends such headers; asked once, null where it never said. */
  async #versionOf (answer: Answer, prefix: string, signal?: AbortSignal): Promise<Identity | null> {
    const { server, 'api-version': offered } = answer.headers
    const headers = `${server} ${offered}`
    const known = this.#told?.headers === headers ? this.#told : null
    if (known && !known.isOld) return known.identity
    const body = answer.path === VERSION.path
      ? answer
      : await this.#connection.get({ ...VERSION, within: this.#within, signal }, prefix).catch(() => null)
    const identity = (body && readVersion(body)) ?? known?.identity ?? null
    this.#told = { headers, identity, isOld: false }
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
