import type { SecureContext } from 'node:tls'
import type { buildConnector } from 'undici'
import { buildConnector as build } from '../undici.ts'
import { memoize } from '../../memoize.ts'
import { REFUSED } from '../tls-advice.ts'
import { Certificates } from './certificates.ts'
import type { EngineEndpoint, Transport } from './transport.ts'
import { checkZone, targetOf } from './zone.ts'

type Socket = NonNullable<Parameters<buildConnector.Callback>[1]>

/** Error codes of connections that the other side closed. */
const ENDED = new Set<unknown>(['UND_ERR_SOCKET', 'ECONNRESET', 'EPIPE'])

const isAlert = ({ code }: { code?: unknown }) => String(code).startsWith('ERR_SSL_')

/**
 * The connections that use the same certificates. In TLS 1.3 a server rejects the client certificate after the client
 * has finished its handshake, and undici then only reports that the other side closed the connection.
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

  /** Records the reason for every error that may be a rejection of the client. */
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

  /** If the server responded on any connection it accepts the client, so only this connection was lost. */
  #refusal (cause: Error): Error | null {
    if (this.#wasAnswered || [...this.#open].some(({ bytesRead }) => bytesRead > 0)) return null
    const refusal = new Error('the Engine closed the connection without responding', { cause })
    return Object.assign(refusal, { code: REFUSED })
  }
}

/** TLS. Each new connection uses the current content of the certificate files. */
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
