import type { IncomingHttpHeaders } from 'node:http'
import {
  EngineBadAnswer, EngineDescriptors, EngineDisconnected, EngineFailed, EngineForbidden, EngineGone, EngineNotFound,
  EnginePermission, EngineRefused, EngineSsh, EngineTimeout, EngineTls, EngineUnreachable, EngineVersion,
  isOutOfDescriptors
} from '../errors.ts'
import { adviceOn, PLAIN_TO_TLS } from './tls-advice.ts'

const MESSAGE_LIMIT = 300

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

/** Takes precedence over `byCode`, because the codes of these errors are too generic. */
const byName = new Map<string, typeof EngineUnreachable>([
  ['HTTPParserError', EngineBadAnswer],
  ['TimeoutError', EngineTimeout]
])

/** The name of a call in error messages: method and path, without the query. */
export const callOf = (path: string) => `GET ${path.split('?', 1)[0]}`

/** The typed error for a request without a complete response; `cause` is from undici or Node.js. */
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

/** OpenSSL's reason without its source location, or the names for which a certificate is valid. */
function reasonOf (error: Error & { reason?: unknown, cert?: { subjectaltname?: unknown } }): string {
  const { reason, cert, message } = error
  if (cert) return `it is valid for ${cert.subjectaltname ?? 'no name'}`
  return typeof reason === 'string' ? reason : message
}

/** The `message` of a JSON error, or null. Engines also send such errors with status 200. */
export const errorMessageIn = (value: unknown): string | null =>
  typeof value === 'object' && value !== null && 'message' in value && typeof value.message === 'string'
    ? shortened(value.message)
    : null

const shortened = (text: string) => text.replace(/\s+/g, ' ').trim().slice(0, MESSAGE_LIMIT)

/** The message of an error response: `message` if it is JSON, otherwise its text without HTML tags, truncated. */
function messageOf (body: string): string {
  try {
    const message = errorMessageIn(JSON.parse(body))
    if (message !== null) return message
  } catch { /* proxies and old Engines send HTML or plain text */ }
  return shortened(body.replace(/<[^>]*>/g, ' '))
}

/** HAProxy's 403 page. The socket proxies of Tecnativa and linuxserver are HAProxy configured by variables. */
const HAPROXY_REFUSAL = /Request forbidden by (?:administrative )?rules/

const RIGHTS = new Map([['ping', 'PING=1'], ['version', 'VERSION=1'], ['info', 'INFO=1'], ['events', 'EVENTS=1']])

interface StatusFailure {
  endpoint: string
  statusCode: number
  headers: IncomingHttpHeaders
  body: string
}

/**
 * What a socket proxy would have to allow for a call: the variable to set on Tecnativa's and linuxserver's proxies, and
 * the path for any other. Null if the call was not forbidden.
 */
export function missingRight (call: string, { endpoint, statusCode, body }: StatusFailure): string | null {
  if (!REFUSALS.has(statusCode)) return null
  return HAPROXY_REFUSAL.test(body) ? RIGHTS.get(endpoint) ?? 'CONTAINERS=1' : call.replace(/[\da-f]{12,64}/, '{id}')
}

/** Proxies and plugins forbid calls with these statuses; the Docker API itself never sends them for a GET. */
const REFUSALS = new Set([401, 403, 405, 501])

const NO_CONTAINER = /no container with (?:name or )?id "?([\w.-]+)|no such container(?:: ([\w.-]+))?/i

const ABOUT_CONTAINERS = new Set(['inspect', 'stats'])

/** True if the requested container is gone; the message may also name another, whose network it shares. */
function isAboutGone (call: string, message: string): boolean {
  const match = NO_CONTAINER.exec(message)
  const named = match?.[1] ?? match?.[2] ?? ''
  return match !== null && call.includes(`/${named}`)
}

/** Podman 4 reports a missing container with an empty body, and one that is being removed with status 500. */
const isGoneBy = ({ endpoint, statusCode, headers, body }: StatusFailure, call: string, message: string) =>
  ABOUT_CONTAINERS.has(endpoint) && (((statusCode === 404 || statusCode === 500) && isAboutGone(call, message)) ||
    (statusCode === 404 && body === '' && headers['libpod-api-version'] !== undefined))

export function statusError (address: string, call: string, failure: StatusFailure) {
  const { statusCode, headers: { location }, body } = failure
  const message = messageOf(body).replace(new RegExp(`^${statusCode} `), '') // HAProxy's pages repeat the status
  const right = missingRight(call, failure)
  if (right !== null) {
    const advice = right.includes('=') ? `set ${right} on the proxy` : `allow ${right}`
    return new EngineForbidden(address, call, `${statusCode} ${message}; ${advice}`)
  }
  if (isGoneBy(failure, call, message)) return new EngineGone(address, call, message || String(statusCode))
  if (statusCode === 404) return new EngineNotFound(address, call, `404 ${message}`.trim())
  const isVersion = statusCode === 400 && /client version \S+ is too (old|new)/.test(message)
  if (isVersion) return new EngineVersion(address, call, message)
  const isPlain = statusCode === 400 && PLAIN_TO_TLS.test(message)
  if (isPlain) return new EngineTls(address, call, `the Engine requires TLS: use https:// (${message})`)
  if (location) return new EngineFailed(address, call, `${statusCode}, a redirect; set url to ${location}`)
  return new EngineFailed(address, call, `${statusCode} ${message}`.trim())
}

/** The typed error for a response with status 200 whose body contains an error. */
export function hiddenError (address: string, call: string, message: string) {
  const ErrorClass = isAboutGone(call, message) ? EngineGone : EngineFailed
  return new ErrorClass(address, call, ErrorClass === EngineGone ? message : `200 with an error: ${message}`)
}
