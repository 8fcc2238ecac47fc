import type { IncomingHttpHeaders } from 'node:http'
import {
  EngineBadAnswer, EngineDescriptors, EngineDisconnected, EngineFailed, EngineForbidden, EngineGone, EngineNotFound,
  EnginePermission, EngineRefused, EngineSsh, EngineTimeout, EngineTls, EngineUnreachable, EngineVersion,
  isOutOfDescriptors
} from '../errors.ts'
import { adviceOn, PLAIN_TO_TLS } from './tls-advice.ts'

const MESSAGE_LIMIT = 300

/** What became of the connection, by the code that Node.js or undici gives. */
const byCode = new Map<string, typeof EngineUnreachable>([
  ['ECONNREFUSED', EngineRefused],
  ['EACCES', EnginePermission],
  ['EPERM', EnginePermission],
  ['UND_ERR_CONNECT_TIMEOUT', EngineTimeout],
  ['UND_ERR_HEADERS_TIMEOUT', EngineTimeout],
  ['UND_ERR_BODY_TIMEOUT', EngineTimeout],
  ['UND_ERR_SOCKET', EngineDisconnected],
  ['ECONNRESET', EngineDisconnected],
  ['EPIPE', EngineDisconnected],
  ['ERR_SSH', EngineSsh],
  ['UND_ERR_RES_EXCEEDED_MAX_SIZE', EngineBadAnswer]
])

/** The same, by the name of errors whose code says less. */
const byName = new Map<string, typeof EngineUnreachable>([
  ['HTTPParserError', EngineBadAnswer],
  ['TimeoutError', EngineTimeout]
])

/** A call in messages: its path without query. */
export const callOf = (path: string) => `GET ${path.split('?', 1)[0]}`

/**
 * The typed error for a request that got no whole answer.
 * @param address where the Engine was asked
 * @param call method and path, without version and query
 * @param cause what undici or Node.js threw
 */
export function connectionError (address: string, call: string, cause: unknown) {
  const error = cause instanceof Error ? cause : new Error(String(cause))
  if (isOutOfDescriptors(error) || isOutOfDescriptors(error.cause)) {
    return new EngineDescriptors(address, call, error.message, { cause })
  }
  const code = 'code' in error && typeof error.code === 'string' ? error.code : error.name
  const advice = adviceOn(code)
  if (advice !== null) return new EngineTls(address, call, `${advice} (${code}: ${reasonOf(error)})`, { cause })
  const ErrorClass = byName.get(error.name) ?? byCode.get(code) ?? EngineUnreachable
  return new ErrorClass(address, call, `${code}: ${error.message}`, { cause })
}

/** What OpenSSL says, without the place in its source where it says so; the names of a certificate for other names. */
function reasonOf (error: Error & { reason?: unknown, cert?: { subjectaltname?: unknown } }): string {
  const { reason, cert, message } = error
  if (cert) return `it is for ${cert.subjectaltname ?? 'no name'}`
  return typeof reason === 'string' ? reason : message
}

/** The `message` of an error in JSON, null where there is none: an Engine may send one with a 200. */
export const errorMessageIn = (value: unknown): string | null =>
  typeof value === 'object' && value !== null && 'message' in value && typeof value.message === 'string'
    ? shortened(value.message)
    : null

const shortened = (text: string) => text.replace(/\s+/g, ' ').trim().slice(0, MESSAGE_LIMIT)

/** The Engine's own words: `message` of a JSON error, else the text itself, tags taken out and cut short. */
function messageOf (body: string): string {
  try {
    const message = errorMessageIn(JSON.parse(body))
    if (message !== null) return message
  } catch { /* proxies and old Engines answer HTML or plain text */ }
  return shortened(body.replace(/<[^>]*>/g, ' '))
}

/** HAProxy's own refusal: Tecnativa's and linuxserver's socket proxies are HAProxy, and configured by variables. */
const HAPROXY_REFUSAL = /Request forbidden by (?:administrative )?rules/

const RIGHTS = new Map([['ping', 'PING=1'], ['version', 'VERSION=1'], ['info', 'INFO=1'], ['events', 'EVENTS=1']])

/** What an answer was that has not the status 200. */
interface StatusFailure {
  endpoint: string
  statusCode: number
  headers: IncomingHttpHeaders
  body: string
}

/**
 * What a socket proxy would have to allow for a call, in its own words: the variable of Tecnativa's and linuxserver's
 * proxies, the path for any other.
 * @returns null where nothing was refused
 */
export function missingRight (call: string, { endpoint, statusCode, body }: StatusFailure): string | null {
  if (!REFUSALS.has(statusCode)) return null
  return HAPROXY_REFUSAL.test(body) ? RIGHTS.get(endpoint) ?? 'CONTAINERS=1' : call.replace(/[\da-f]{12,64}/, '{id}')
}

/** Statuses of proxies and plugins that do not let a call through; Docker's API has none of them for a GET. */
const REFUSALS = new Set([401, 403, 405, 501])

/** Docker's words and Podman's, with the container that they name. */
const NO_CONTAINER = /no container with (?:name or )?id "?([\w.-]+)|no such container(?:: ([\w.-]+))?/i

/** Calls about a single container. */
const ABOUT_CONTAINERS = new Set(['inspect', 'stats'])

/** Whether a message says that the container asked for is gone, and not another one, whose network it shares. */
function saysGone (call: string, message: string): boolean {
  const said = NO_CONTAINER.exec(message)
  const named = said?.[1] ?? said?.[2] ?? ''
  return said !== null && call.includes(`/${named}`)
}

/**
 * Whether it is the Engine itself that knows no such container: Podman 4 says so with an empty body, or with status 500
 * of one that is being removed.
 */
const isGoneBy = ({ endpoint, statusCode, headers, body }: StatusFailure, call: string, message: string) =>
  ABOUT_CONTAINERS.has(endpoint) && (((statusCode === 404 || statusCode === 500) && saysGone(call, message)) ||
    (statusCode === 404 && body === '' && headers['libpod-api-version'] !== undefined))

/** The typed error for an answer whose status is not 200. */
export function statusError (address: string, call: string, failure: StatusFailure) {
  const { statusCode, headers: { location }, body } = failure
  const message = messageOf(body)
  const right = missingRight(call, failure)
  if (right !== null) {
    const advice = right.includes('=') ? `set ${right} there` : `let it pass ${right}`
    return new EngineForbidden(address, call, `${statusCode} ${message}; ${advice}`)
  }
  if (isGoneBy(failure, call, message)) return new EngineGone(address, call, message || String(statusCode))
  if (statusCode === 404) return new EngineNotFound(address, call, `404 ${message}`.trim())
  const isVersion = statusCode === 400 && /client version \S+ is too (old|new)/.test(message)
  if (isVersion) return new EngineVersion(address, call, message)
  const isPlain = statusCode === 400 && PLAIN_TO_TLS.test(message)
  if (isPlain) return new EngineTls(address, call, `use https:// (${message})`)
  if (location) return new EngineFailed(address, call, `${statusCode}, a redirect to ${location}: set url to that`)
  return new EngineFailed(address, call, `${statusCode} ${message}`.trim())
}

/** The typed error for an answer with the status 200 that holds an error all the same. */
export function hiddenError (address: string, call: string, message: string) {
  const ErrorClass = saysGone(call, message) ? EngineGone : EngineFailed
  return new ErrorClass(address, call, ErrorClass === EngineGone ? message : `200, but with the message: ${message}`)
}
