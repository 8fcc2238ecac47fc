import { wallClock } from '../model/time.ts'
import type { Log } from '../model/log.ts'
import type { HostSnapshot, Problem } from '../model/snapshot.ts'

const EXPIRY_NOTICE = 14 * 86_400_000

/** What to do, where the message of the error does not say. */
const ADVICE = new Map([
  ['ENGINE_TLS', (host: string) => `see hosts.${host}.tls, or DOCKER_CERT_PATH; `],
  ['ENGINE_REFUSED', (host: string) => `start it, or set hosts.${host}.url or DOCKER_HOST; `],
  ['ENGINE_UNREACHABLE', (host: string) => `start it, or set hosts.${host}.url or DOCKER_HOST; `]
])

/** Rights that are only wanted: an Engine is known by other calls too. */
const WITHOUT_PROBLEM = /^(PING|VERSION)=1$|^GET \/(_ping|version)$/

const isSame = (a: Problem, b: Problem) => a.what === b.what && a.code === b.code

/** The problems of one snapshot that another one does not have. */
const without = (these: HostSnapshot, those: HostSnapshot) =>
  these.problems.filter(problem => !those.problems.some(other => isSame(problem, other)))

/** Which calls do not work, in words. */
function subject ({ what, containers }: Problem): string {
  if (containers.length === 0) return what
  const [first, ...others] = containers
  return `${what} of ${first}${others.length > 0 ? ` and ${others.length} more` : ''}`
}

/** The log of all hosts. */
export class Journal {
  readonly #log: Log
  readonly #hosts = new Map<string, HostJournal>()

  constructor (log: Log) {
    this.#log = log
  }

  see (next: HostSnapshot | null, previous: HostSnapshot | null): void {
    if (next === null || next.epoch !== previous?.epoch) {
      if (previous) this.#hosts.delete(previous.host)
      if (next) this.#hosts.set(next.host, new HostJournal(this.#log))
      return
    }
    this.#hosts.get(next.host)?.see(next, previous)
  }
}

/** The log of one host: a condition gets a line when it begins, when it changes in kind and when it ends. */
class HostJournal {
  readonly #log: Log
  /** What is told of the host as a whole: `up`, the code of an error, nothing before the first poll. */
  #condition = ''
  readonly #rights = new Set<string>()
  #expiring: string | null = null

  constructor (log: Log) {
    this.#log = log
  }

  see (next: HostSnapshot, previous: HostSnapshot): void {
    if (next.up !== null) this.#seeHost(next)
    if (next.up === true) {
      this.#seeProblems(next, previous)
      this.#seeRights(next)
    }
    this.#seeExpiry(next)
  }

  #seeHost ({ host, address, containers, events, error }: HostSnapshot) {
    const condition = error?.code ?? 'up'
    if (condition === this.#condition) return
    this.#condition = condition
    if (error) {
      const advice = ADVICE.get(error.code)?.(host) ?? ''
      this.#log.warn({ host, code: error.code }, `engine not reached: ${error.message}: ${advice}trying again`)
    } else {
      this.#log.info({ host }, `engine reached at ${address}: ${containers.length} containers, events ${events}`)
    }
  }

  #seeProblems (next: HostSnapshot, previous: HostSnapshot) {
    const { host, missingRights } = next
    for (const problem of without(next, previous)) {
      const { what, code, message } = problem
      const right = missingRights.find(right => message.includes(right))
      this.#log.warn({ host, what, code, right }, `the host is up, but not all works: ${subject(problem)}: ${message}`)
    }
    if (previous.up !== true) return
    for (const { what, code, since } of without(previous, next)) {
      if (next.problems.some(other => other.what === what)) continue
      this.#log.info({ host, what, code }, `${what} works again; it did not since ${since}`)
    }
  }

  /** Warns once of each right that is missing without a problem that names it. */
  #seeRights ({ host, address, missingRights }: HostSnapshot) {
    for (const right of missingRights) {
      if (this.#rights.has(right) || !WITHOUT_PROBLEM.test(right)) continue
      this.#log.warn({ host, right }, `the proxy at ${address} does not allow everything: set ${right} there`)
      this.#rights.add(right)
    }
  }

  /** Warns once of each certificate that ends soon or has ended. */
  #seeExpiry ({ host, address, certificateExpiresAt: expiresAt }: HostSnapshot) {
    const isFar = expiresAt === null || Date.parse(expiresAt) - wallClock() > EXPIRY_NOTICE
    if (isFar || expiresAt === this.#expiring) return
    this.#log.warn({ host, expiresAt }, `a certificate for the engine at ${address} ends on ${expiresAt}: renew it`)
    this.#expiring = expiresAt
  }
}
