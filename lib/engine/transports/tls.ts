import type { SecureContext } from 'node:tls'
import type { buildConnector } from 'undici'
import { buildConnector as build } from '../undici.ts'
import { memoize } from '../../memoize.ts'
import { REFUSED } from '../tls-advice.ts'
import { Certificates } from './certificates.ts'
import type { EngineEndpoint, Transport } from './transport.ts'
import { checkZone, targetOf } from './zone.ts'

type Socket = NonNullable<Parameters<buildConnector.Callback>[1]>

/** What a connection fails with when the other side ends it. */
const ENDED = new Set<unknown>(['UND_ERR_SOCKET', 'ECONNRESET', 'EPIPE'])

const isAlert = ({ code }: { code?: unknown }) => String(code).startsWith('ERR_SSL_')

/**
 * The connections made with the same certificates. Under TLS 1.3 a server refuses a client only when that already takes
 * the connection for made, and what undici then passes on says no more than that the other side closed it.
 */
class Connections {
  readonly connect: buildConnector.connector
  readonly #reasons: WeakMap<object, Error>
  readonly #open = new Set<Socket>()
  #wasAnswered = false

  constructor (connect: buildConnector.connector, reasons: WeakMap<object, Error>) {
    this.connect = connect
    this.#reasons = reasons
  }

  /** Keeps the reason of every error that may be a refusal. */
  watch (socket: Socket) {
    let alert: Error | null = null
    this.#open.add(socket)
    socket.on('error', (error: Error & { code?: unknown }) => {
      if (isAlert(error)) alert = error
      const reason = ENDED.has(error.code) ? alert ?? this.#refusal(error) : null
      if (reason) this.#reasons.set(error, reason)
    })
    socket.on('close', () => {
      this.#wasAnswered ||= socket.bytesRead > 0
      this.#open.delete(socket)
    })
  }

  /** Who never answered on any connection may not accept the client; who did just broke this one. */
  #refusal (cause: Error): Error | null {
    if (this.#wasAnswered || [...this.#open].some(({ bytesRead }) => bytesRead > 0)) return null
    const refusal = new Error('it ended the connection before it answered anything', { cause })
    return Object.assign(refusal, { code: REFUSED })
  }
}

/** TLS, with the certificates that the files hold when a connection is made. */
export function tls ({ address, tls: settings = {} }: EngineEndpoint, timeout: number): Transport {
  const { servername, insecure = false } = settings
  const { origin, zoned } = targetOf(address)
  const certificates = new Certificates(settings)
  const reasons = new WeakMap<object, Error>()
  const connectionsWith = memoize((secureContext: SecureContext) =>
    new Connections(build({ secureContext, rejectUnauthorized: !insecure, timeout }), reasons))
  return {
    origin,
    connect (options, callback) {
      Promise.all([certificates.current(), checkZone(zoned)]).then(([secureContext]) => {
        const connections = connectionsWith(secureContext)
        const target = { ...options, hostname: zoned ?? options.hostname, servername: servername ?? options.servername }
        connections.connect(target, (...result) => {
          if (result[1]) connections.watch(result[1])
          callback(...result)
        })
      }, error => callback(error, null))
    },
    expires: () => certificates.expiresAt,
    explain: cause => (cause instanceof Error && reasons.get(cause)) || cause
  }
}
