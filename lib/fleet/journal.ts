import { wallClock } from '../model/time.ts'
import type { Log } from '../model/log.ts'
import type { HostSnapshot, Problem } from '../model/snapshot.ts'
import { explain } from './advice.ts'

const EXPIRY_NOTICE = 14 * 86_400_000

/** Errors that mean that the Engine, or a proxy in front of it, was reached. */
const REACHED = new Set([
  'ENGINE_FORBIDDEN', 'ENGINE_NOT_FOUND', 'ENGINE_FAILED', 'ENGINE_VERSION', 'ENGINE_BAD_ANSWER', 'ENGINE_STALLED',
  'INTERNAL_SERVER_ERROR'
])

/** Optional rights: other calls identify an Engine too, so no problem names these. */
const WITHOUT_PROBLEM = /^(PING|VERSION)=1$|^GET \/(_ping|version)$/

const isSame = (a: Problem, b: Problem) => a.what === b.what && a.code === b.code

const without = (these: HostSnapshot, those: HostSnapshot) =>
  these.problems.filter(problem => !those.problems.some(other => isSame(problem, other)))

function failureOf ({ what, containers }: Problem): string {
  if (containers.length === 0) return `"${what}" failed`
  const [first, ...others] = containers
  return `"${what}" failed for ${first}${others.length > 0 ? ` and ${others.length} more` : ''}`
}

/** Logs the changes of the hosts that this process polls. */
export class Journal {
  readonly #log: Log
  readonly #hosts = new Map<string, HostJournal>()

  readonly #isPolled: (host: string) => boolean

  constructor (log: Log, isPolled: (host: string) => boolean = () => true) {
    this.#log = log
    this.#isPolled = isPolled
  }

  see (next: HostSnapshot | null, previous: HostSnapshot | null): void {
    if (next && !this.#isPolled(next.host)) {
      this.#hosts.delete(next.host)
      return
    }
    if (next === null || next.epoch !== previous?.epoch) {
      if (previous) this.#hosts.delete(previous.host)
      if (next) this.#hosts.set(next.host, new HostJournal(this.#log))
      return
    }
    this.#hosts.get(next.host)?.see(next, previous)
  }
}

/** Logs one host: writes one line each when a condition begins, changes in kind and ends. */
class HostJournal {
  readonly #log: Log
  /** What was last logged about the host as a whole: `up`, an error code, or nothing before the first poll. */
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
      const action = REACHED.has(error.code) ? 'poll' : 'reach'
      const trouble = explain({ host, address, ...error })
      this.#log.warn({ host, code: error.code },
        `Cannot ${action} the Docker Engine of host "${host}" at ${address}: ${trouble} Retrying.`)
    } else {
      const details = `containers: ${containers.length}, event stream: ${events}`
      this.#log.info({ host }, `Connected to host "${host}" at ${address} (${details})`)
    }
  }

  #seeProblems (next: HostSnapshot, previous: HostSnapshot) {
    const { host, missingRights } = next
    for (const problem of without(next, previous)) {
      const { what, code, message } = problem
      const right = missingRights.find(right => message.includes(right))
      this.#log.warn({ host, what, code, right }, `Host "${host}" is up, but ${failureOf(problem)}: ${message}`)
    }
    if (previous.up !== true) return
    for (const { what, code, since } of without(previous, next)) {
      if (next.problems.some(other => other.what === what)) continue
      this.#log.info({ host, what, code }, `"${what}" works again on host "${host}"; it had failed since ${since}`)
    }
  }

  #seeRights ({ host, address, missingRights }: HostSnapshot) {
    for (const right of missingRights) {
      if (this.#rights.has(right) || !WITHOUT_PROBLEM.test(right)) continue
      this.#log.warn({ host, right },
        `The proxy at ${address} does not allow everything: set ${right} there. Polling works without it.`)
      this.#rights.add(right)
    }
  }

  #seeExpiry ({ host, address, certificateExpiresAt: expiresAt }: HostSnapshot) {
    const isFar = expiresAt === null || Date.parse(expiresAt) - wallClock() > EXPIRY_NOTICE
    if (isFar || expiresAt === this.#expiring) return
    this.#log.warn({ host, expiresAt },
      `A certificate for host "${host}" at ${address} expires on ${expiresAt}. Renew it.`)
    this.#expiring = expiresAt
  }
}
