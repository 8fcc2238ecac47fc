import {
  EngineBadAnswer, EngineDisconnected, EngineFailed, EngineForbidden, EngineGone, EnginePermission, EngineRefused,
  EngineSsh, EngineTimeout, EngineTls, EngineUnreachable, EngineVersion
} from '../errors.ts'
import { adviceOn, PLAIN_TO_TLS } from './tls-advice.ts'

const MESSAGE_LIMIT = 300

/** What became of the connection, by the code that Node.js or undici gives. */
const byCode: Record<string, typeof EngineUnreachable> = {
  ECONNREFUSED: EngineRefused,
  EACCES: EnginePermission,
  EPERM: EnginePermission,
  UND_ERR_CONNECT_TIMEOUT: EngineTimeout,
  UND_ERR_HEADERS_TIMEOUT: EngineTimeout,
  UND_ERR_BODY_TIMEOUT: EngineTimeout,
  UND_ERR_SOCKET: EngineDisconnected,
  ECONNRESET: EngineDisconnected,
  EPIPE: EngineDisconnected,
  ERR_SSH: EngineSsh,
  UND_ERR_RES_EXCEEDED_MAX_SIZE: EngineBadAnswer
}

/** The same, by the name of errors whose code says less. */
const byName: Record<string, typeof EngineUnreachable> = {
  HTTPParserError: EngineBadAnswer,
  TimeoutError: EngineTimeout
}

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
  const code = 'code' in error && typeof error.code === 'string' ? error.code : error.name
  const advice = adviceOn(code)
  if (advice !== null) return new EngineTls(address, call, `${advice} (${code}: ${reasonOf(error)})`, { cause })
  const ErrorClass = byName[error.name] ?? byCode[code] ?? EngineUnreachable
  return new ErrorClass(address, call, `${code}: ${error.message}`, { cause })
}

/** What OpenSSL says, without the place in its source where it says so; the names of a certificate for other names. */
function reasonOf (error: Error & { reason?: unknown, cert?: { subjectaltname?: unknown } }): string {
  const { reason, cert, message } = error
  if (cert) return `it is for ${cert.subjectaltname ?? 'no name'}`
  return typeof reason === 'string' ? reason : message
}

/** The Engine's own words: `message` of a JSON error, else the text itself, tags taken out and cut short. */
function messageOf (body: string): string {
  let text = body.replace(/<[^>]*>/g, ' ')
  try {
    const { message } = JSON.parse(body)
    if (typeof message === 'string') text = message
  } catch { /* proxies and old Engines answer HTML or plain text */ }
  return text.replace(/\s+/g, ' ').trim().slice(0, MESSAGE_LIMIT)
}

/** The right that a socket proxy must grant for a call, in the words of Tecnativa's and linuxserver's proxies. */
export const rightFor = (endpoint: string): string => RIGHTS[endpoint] ?? 'CONTAINERS=1'

const RIGHTS: Record<string, string> = { ping: 'PING=1', version: 'VERSION=1', info: 'INFO=1', events: 'EVENTS=1' }

interface StatusFailure {
  endpoint: string
  statusCode: number
  body: string
}

/** The typed error for an answer whose status is not 200. */
export function statusError (address: string, call: string, { endpoint, statusCode, body }: StatusFailure) {
  const message = messageOf(body)
  if (statusCode === 403) return new EngineForbidden(address, call, `${message}; set ${rightFor(endpoint)} there`)
  if (statusCode === 404 || statusCode === 409) return new EngineGone(address, call, message)
  const isVersion = statusCode === 400 && /client version \S+ is too (old|new)/.test(message)
  if (isVersion) return new EngineVersion(address, call, message)
  const isPlain = statusCode === 400 && PLAIN_TO_TLS.test(message)
  if (isPlain) return new EngineTls(address, call, `use https:// (${message})`)
  return new EngineFailed(address, call, `${statusCode} ${message}`)
}
