import http, { type IncomingMessage, type RequestOptions } from 'node:http'
import https from 'node:https'
import { text } from 'node:stream/consumers'
import { readEnvironment } from '../lib/config/environment.ts'
import type { ConfigSource } from '../lib/config/config.ts'
import { findSocket } from '../lib/config/load.ts'
import { codeOf, messageOf } from '../lib/errors.ts'

/** Milliseconds. */
const TIMEOUT = 3000

/** Characters of an unexpected response to print. */
const MAX_SHOWN = 200

/** The address to connect to if the service listens on all addresses. */
const LOOPBACK = new Map([['0.0.0.0', '127.0.0.1'], ['::', '::1']])

/** Errors of plain HTTP if the service expects TLS. */
const NOT_PLAIN = new Set(['ECONNRESET', 'EPIPE', 'HPE_INVALID_CONSTANT'])

/** How the service, which is then up, rejects a client without a certificate, in TLS 1.3 and 1.2. */
const NO_CERTIFICATE = new Set(['ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED', 'ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE'])

type Where = Pick<RequestOptions, 'host' | 'port' | 'socketPath'>

/** Uses node:http because `fetch` refuses ports that browsers block, such as 6000, and has no Unix sockets. */
async function ask (protocol: typeof http | typeof https, where: Where, signal: AbortSignal): Promise<string | null> {
  const options = { ...where, path: '/status', signal, agent: false, rejectUnauthorized: false }
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    protocol.get(options, resolve).on('error', reject)
  })
  const { statusCode } = response
  const body = await text(response)
  return statusCode === 200 && body === 'UP' ? null : `got ${statusCode} ${JSON.stringify(body.slice(0, MAX_SHOWN))}`
}

/** Asks with HTTP, then with TLS, so that the check works while the configuration is invalid. */
async function askEither (where: Where, signal: AbortSignal): Promise<string | null> {
  try {
    return await ask(http, where, signal)
  } catch (error) {
    if (!NOT_PLAIN.has(codeOf(error))) throw error
  }
  try {
    return await ask(https, where, signal)
  } catch (error) {
    if (NO_CERTIFICATE.has(codeOf(error))) return null
    throw error
  }
}

/**
 * Requests `/status` from the service, at its Unix socket or at HOST and PORT. Resolves to null if it is up, or else to
 * a one-line problem.
 */
export async function health (source: ConfigSource, timeout = TIMEOUT): Promise<string | null> {
  const problems: string[] = []
  const environment = readEnvironment(source.env, problems)
  if (!environment) return problems.join('; ')
  const { HOST = '0.0.0.0', PORT } = environment
  const socket = await findSocket(source)
  const host = LOOPBACK.get(HOST) ?? HOST
  const signal = AbortSignal.timeout(timeout)
  const where: Where = socket === null ? { host, port: PORT } : { socketPath: socket }
  const problem = await askEither(where, signal).catch((error: unknown) =>
    signal.aborted ? `no answer within ${timeout} ms` : messageOf(error))
  if (problem === null) return null
  const shown = socket ?? `${host.includes(':') ? `[${host}]` : host}:${PORT}`
  return `GET /status from ${shown}: expected 200 "UP", ${problem}`
}
