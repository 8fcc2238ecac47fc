import { fingerprint } from '../config/changes.ts'
import type { Fleet, Share } from '../fleet/fleet.ts'
import { monotonic } from '../model/time.ts'
import { version } from '../version.ts'
import { Planner, type Plan } from './assignment.ts'
import { scriptInput, type Beat } from './beat.ts'
import type { Ledger } from './ledger.ts'
import type { BeatAnswer, Link } from './link.ts'
import type { Members, ReplicaInfo } from './members.ts'
import { FORMAT } from './message.ts'
import type { Summary } from './summary.ts'

/** A lease lasts three beats; at the fourth, a `lease` after the last renewal, others notice that it is over. */
export const BEATS = 4

const NOTHING: Plan = { wanted: [], released: [] }

export interface LeasesOptions {
  me: string
  name: string
  lease: number
  key: Beat['key']
  link: Pick<Link, 'beat'>
  members: Members
  ledger: Ledger
  fleet: Pick<Fleet, 'take'>
  /** Sends what this replica has learned of its hosts. */
  send (): Promise<void>
}

/** Which hosts this replica polls: those whose leases it holds. */
export class Leases {
  readonly #options: LeasesOptions
  readonly #planner = new Planner()
  readonly #startedAt = monotonic()
  /** Fences by host. */
  #held: ReadonlyMap<string, number> = new Map()
  #summary: Summary
  #shown: ReadonlySet<string>
  /** What the fleet was last told. */
  #share = ''
  #isPresent = false
  /** How many leases another replica has taken from this one. */
  lost = 0

  constructor (options: LeasesOptions, summary: Summary) {
    this.#options = options
    this.#summary = summary
    this.#shown = new Set(summary.hosts)
  }

  get summary (): Summary {
    return this.#summary
  }

  get hosts (): string[] {
    return [...this.#held.keys()]
  }

  /** The fence of a lease; undefined without a lease. */
  fenceOf (host: string): number | undefined {
    return this.#held.get(host)
  }

  /** Whether a host is in the configuration that leads. */
  isShown (host: string): boolean {
    return this.#shown.has(host)
  }

  /** Applies another configuration at the next beat. */
  apply (summary: Summary): void {
    this.#summary = summary
  }

  /**
   * Renews, takes and gives back leases, the latter once their hosts are not polled any more and what was learned of
   * them is sent. The first beat only tells the others that this replica exists.
   * @returns `first`, or whether leases were given back
   * @throws if the server does not answer
   */
  async beat (): Promise<'first' | 'released' | 'kept'> {
    const { me, members } = this.#options
    members.expire(monotonic(), this.#lasts, me)
    const plan = this.#isPresent ? this.#plan() : NOTHING
    if (plan.released.length > 0) await this.#yield(plan.released)
    const answer = await this.#call(plan, this.#lasts)
    members.see(answer, monotonic(), this.#lasts)
    if (!this.#isPresent) {
      this.#isPresent = true
      return 'first'
    }
    await this.#hold(plan, answer)
    return plan.released.length > 0 ? 'released' : 'kept'
  }

  /** Goes on with its hosts; with all, if the server has not been reached for a lease since the start. */
  async goAlone (): Promise<void> {
    const { lease } = this.#options
    if (this.#isPresent) await this.#take(new Set(this.hosts), this.#leadingHosts)
    else if (monotonic() - this.#startedAt >= lease) await this.#take(new Set(this.#summary.hosts), null)
  }

  /** Stops polling a host at once, because another replica has a later lease. */
  async lose (host: string): Promise<void> {
    this.#held = new Map([...this.#held].filter(([held]) => held !== host))
    this.lost++
    await this.#take(new Set(this.hosts), this.#leadingHosts)
  }

  async stop (): Promise<void> {
    await this.#take(new Set(), null)
  }

  /** Gives all leases back, and is no replica any more. @throws if the server does not answer */
  async leave (): Promise<void> {
    await this.#call({ wanted: [], released: this.hosts }, 0)
  }

  get #lasts () {
    return this.#options.lease * (BEATS - 1) / BEATS
  }

  #plan (): Plan {
    const { me, members } = this.#options
    const { leading } = members
    const candidates = members.readable().filter(({ digest }) => digest === leading).map(({ id }) => id).sort()
    const shown = new Set(this.#leadingHosts ?? this.#summary.hosts)
    const hosts = this.#summary.hosts.filter(host => shown.has(host))
    return this.#planner.plan({ me, candidates, hosts, held: new Set(this.#held.keys()) })
  }

  /** The hosts of the configuration that leads, if it is another one and known. */
  get #leadingHosts (): readonly string[] | null {
    const { members } = this.#options
    const { leading } = members
    return leading === null || leading === this.#summary.digest ? null : members.summary(leading)?.hosts ?? null
  }

  async #call ({ wanted, released }: Plan, lasts: number): Promise<BeatAnswer> {
    const { key, link } = this.#options
    const input = scriptInput({ key, info: this.#info, lasts, wanted, released, highest: this.#highest })
    return await link.beat(...input)
  }

  async #yield (released: readonly string[]) {
    await this.#take(new Set(this.hosts.filter(host => !released.includes(host))), this.#leadingHosts)
    await this.#options.send()
  }

  /** The highest fence that is known, in case the server has lost its own. */
  get #highest (): number {
    return [...this.#options.ledger.values()].reduce((highest, { fence }) => Math.max(highest, fence), 0)
  }

  get #info (): ReplicaInfo {
    const { me, name } = this.#options
    return { id: me, name, version, format: FORMAT, digest: this.#summary.digest, hosts: this.#held.size }
  }

  async #hold ({ wanted }: Plan, [, , , fences]: BeatAnswer) {
    const held = new Map(wanted.flatMap((host, at) => fences[at] ? [[host, Number(fences[at])] as const] : []))
    this.lost += wanted.filter(host => this.#held.has(host) && !held.has(host)).length
    this.#held = held
    await this.#take(new Set(held.keys()), this.#leadingHosts)
  }

  async #take (polled: ReadonlySet<string>, shown: readonly string[] | null) {
    const { fleet, name } = this.#options
    const share: Share = { replica: name, polled, shown }
    const changed = fingerprint([...polled, shown])
    this.#shown = new Set(shown ?? this.#summary.hosts)
    if (changed === this.#share) return
    this.#share = changed
    await fleet.take(share)
  }
}
