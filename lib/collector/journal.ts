import { messageOf } from '../errors.ts'
import type { HostSnapshot } from './snapshot.ts'

/** What a collector says of its host; pino's loggers fit. */
export interface CollectorLog {
  info (fields: object, message: string): void
  warn (fields: object, message: string): void
}

const EXPIRY_NOTICE = 14 * 86_400_000

/** What to do, where the message of the error does not say. */
function advice (host: string, code: string): string {
  if (code === 'ENGINE_TLS') return `see hosts.${host}.tls, or DOCKER_CERT_PATH; `
  return code === 'ENGINE_FORBIDDEN' ? '' : `start it, or set hosts.${host}.url or DOCKER_HOST; `
}

/** The log of one host: a condition gets a line when it begins, not at every poll. */
export class Journal {
  readonly #log: CollectorLog
  #condition = ''
  readonly #rights = new Set<string>()
  #expiring: string | null = null

  constructor (log: CollectorLog) {
    this.#log = log
  }

  reached ({ host, address, containers, missingRights, events }: HostSnapshot, failures: readonly unknown[]) {
    if (failures.length === 0) {
      const message = `engine reached at ${address}: ${containers.length} containers, events ${events}`
      this.#once('up', () => this.#log.info({ host }, message))
    } else {
      const message = `${failures.length} containers gave no stats and keep their last ones: ${messageOf(failures[0])}`
      this.#once(`${failures.length} failed`, () => this.#log.warn({ host }, message))
    }
    for (const right of missingRights) {
      if (this.#rights.has(right)) continue
      this.#log.warn({ host, right }, `the proxy at ${address} does not allow everything: set ${right} there`)
      this.#rights.add(right)
    }
  }

  lost (host: string, error: { code: string, message: string }) {
    const message = `engine not reached: ${error.message}: ${advice(host, error.code)}trying again`
    this.#once(error.code, () => this.#log.warn({ host, code: error.code }, message))
  }

  /** Warns once of each certificate that ends soon or has ended. */
  expiry ({ host, address, certificateExpiresAt: expiresAt }: HostSnapshot) {
    if (expiresAt === null || expiresAt === this.#expiring || Date.parse(expiresAt) - Date.now() > EXPIRY_NOTICE) return
    this.#log.warn({ host, expiresAt }, `a certificate for the engine at ${address} ends on ${expiresAt}: renew it`)
    this.#expiring = expiresAt
  }

  #once (condition: string, write: () => void) {
    if (condition !== this.#condition) write()
    this.#condition = condition
  }
}
