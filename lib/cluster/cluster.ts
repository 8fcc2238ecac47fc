import { randomBytes } from 'node:crypto'
import type { Config } from '../config/config.ts'
import { orAfter } from '../engine/deadline.ts'
import { messageOf } from '../errors.ts'
import type { Fleet } from '../fleet/fleet.ts'
import type { SnapshotStore } from '../fleet/store.ts'
import type { Log } from '../model/log.ts'
import type { HostSnapshot } from '../model/snapshot.ts'
import { monotonic } from '../model/time.ts'
import type { Transition } from '../model/transition.ts'
import { Differences } from './differences.ts'
import { Inbox } from './inbox.ts'
import { BEATS, Leases } from './leases.ts'
import type { Ledger } from './ledger.ts'
import { Link } from './link.ts'
import { Members } from './members.ts'
import { decode, FORMAT, senderOf, type Message } from './message.ts'
import { Outbox } from './outbox.ts'
import { Pulse } from './pulse.ts'
import type { ClusterState } from './state.ts'
import { summaryOf } from './summary.ts'
import { warningsFor } from './warnings.ts'

/** Milliseconds from the first beat to the second, so that replicas that start together share from the start. */
const GATHER = 500

/** Milliseconds without news of a replica until its hosts say so, at least; two leases at least, too. */
const SILENCE = 30_000

/** Milliseconds that giving the hosts to others can take. */
const GOODBYE = 1000

export interface ClusterOptions {
  settings: NonNullable<Config['cluster']>
  name: string
  config: Config
  store: SnapshotStore
  fleet: Pick<Fleet, 'take' | 'polls'>
  transitions (host: string): readonly Transition[]
  log: Log
}

/** One of several replicas: polls its share of the hosts, and shares the snapshots of all. */
export class Cluster {
  readonly #me = randomBytes(9).toString('base64url')
  readonly #options: ClusterOptions
  readonly #link: Link
  readonly #leases: Leases
  readonly #pulse: Pulse
  readonly #members = new Members()
  readonly #differences: Differences
  readonly #ledger: Ledger = new Map()
  readonly #inbox: Inbox
  readonly #outbox: Outbox
  #hasAsked = false
  #unreadable = 0

  constructor (options: ClusterOptions) {
    const { settings: { url, prefix, lease }, name, config, store, fleet, transitions, log } = options
    const summary = summaryOf(config)
    this.#options = options
    this.#members.learn(summary)
    this.#differences = new Differences(log)
    this.#pulse = new Pulse(lease / BEATS, () => this.#beat())
    this.#link = new Link({
      url,
      channels: [this.#channelOf(null), this.#channelOf(this.#me)],
      timeout: lease / 2,
      onMessage: body => this.#hear(body),
      onReady: () => this.#pulse.in(0),
      onChange: problem => this.#turn(problem)
    })
    const shared = { me: this.#me, link: this.#link, ledger: this.#ledger, transitions }
    const key = (suffix: string) => `${prefix}:${suffix}`
    const send = () => this.#outbox.hurry()
    this.#leases = new Leases({ ...shared, name, lease, key, members: this.#members, fleet, send }, summary)
    const leases = this.#leases
    this.#outbox = new Outbox({ ...shared, leases, channelOf: to => this.#channelOf(to) })
    this.#inbox = new Inbox({
      ...shared,
      leases,
      silence: Math.max(SILENCE, 2 * lease),
      put: snapshot => store.put(snapshot),
      ask: (from, hosts) => this.#outbox.send(from, { kind: 'ask', hosts })
    })
  }

  start (): void {
    const { config, log } = this.#options
    for (const warning of warningsFor(config)) log.warn({}, warning)
    this.#link.open()
    this.#pulse.in(0)
  }

  apply (config: Config): void {
    const summary = summaryOf(config)
    this.#members.learn(summary)
    this.#leases.apply(summary)
    this.#pulse.in(0)
  }

  /** Takes every snapshot of the feed, and sends those of the hosts that this replica polls. */
  see (next: HostSnapshot | null): void {
    const isOurs = next !== null && this.#leases.fenceOf(next.host) !== undefined &&
      this.#options.fleet.polls(next.host)
    if (isOurs && next.up !== null) this.#outbox.put(next)
  }

  /** Gives the hosts to the other replicas. If the server does not answer in time, the leases expire instead. */
  async stop (): Promise<void> {
    const goodbye = this.#leave()
    await orAfter(GOODBYE, goodbye, undefined)
    this.#link.close()
    await goodbye
  }

  get state (): ClusterState {
    const now = monotonic()
    const { leading } = this.#members
    return {
      id: this.#me,
      isConnected: this.#link.isConnected,
      problem: this.#link.problem,
      replicas: this.#members.list().map(({ id, name, version, format, digest, hosts, heardAt }) => ({
        id,
        name,
        version,
        isSelf: id === this.#me,
        isReadable: format === FORMAT,
        isLeading: digest === leading,
        differences: [...this.#members.differences(digest, leading)],
        hosts: id === this.#me ? this.#leases.hosts.length : hosts,
        heardMs: Math.round(now - heardAt),
        lagMs: this.#inbox.lagOf(id)
      })),
      leases: { held: this.#leases.hosts.length, lost: this.#leases.lost },
      silentHosts: this.#inbox.silent,
      messages: { ...this.#link.messages, unreadable: this.#unreadable },
      bytes: this.#link.bytes
    }
  }

  async #leave () {
    await this.#pulse.stop()
    await this.#leases.stop()
    await this.#outbox.hurry()
    if (this.#link.isConnected) {
      await this.#leases.leave().catch(() => {})
      this.#outbox.send(null, { kind: 'bye' })
    }
    await this.#outbox.close()
  }

  #channelOf (to: string | null): string {
    return `${this.#options.settings.prefix}:${FORMAT}:${to === null ? 'feed' : `to:${to}`}`
  }

  async #beat () {
    await this.#renew()
    this.#inbox.age(id => this.#members.find(id)?.heardAt)
    this.#outbox.flush()
  }

  async #renew () {
    try {
      const outcome = await this.#leases.beat()
      if (outcome === 'first') this.#pulse.in(GATHER)
      if (outcome === 'released') this.#outbox.send(null, { kind: 'released' })
      this.#compare()
    } catch { // the link tells
      this.#members.lose()
      await this.#leases.goAlone()
    }
  }

  /** Asks for configurations that differ and are not known yet. */
  #compare () {
    for (const { id, digest } of this.#members.readable()) {
      if (!this.#members.summary(digest)) this.#outbox.send(id, { kind: 'ask-configuration' })
    }
    this.#differences.see(this.#members, this.#me)
  }

  #turn (problem: string | null) {
    const { log } = this.#options
    if (problem !== null) {
      const reason = problem.replace(/\.$/, '')
      log.warn({}, `Cannot reach the server of the cluster: ${reason}. This replica goes on with its hosts. Retrying.`)
      return
    }
    log.info({}, 'Connected to the server of the cluster')
    if (!this.#hasAsked) this.#outbox.send(null, { kind: 'ask', hosts: null })
    this.#hasAsked = true
  }

  #hear (body: Buffer) {
    const from = senderOf(body)
    if (from === this.#me) return
    this.#members.hear(from, monotonic())
    try {
      this.#answer(from, decode(body))
    } catch (error) {
      this.#unreadable++
      if (this.#unreadable > 1) return
      this.#options.log.warn({}, `Cannot read a message of another replica: ${messageOf(error)}`)
    }
  }

  #answer (from: string, message: Message) {
    switch (message.kind) {
      case 'news': return this.#inbox.take(from, message)
      case 'ask': return this.#outbox.sendWhole(from, message.hosts ?? this.#leases.hosts)
      case 'ask-configuration':
        return this.#outbox.send(from, { kind: 'configuration', summary: this.#leases.summary })
      case 'configuration': return this.#members.learn(message.summary)
      case 'released': return this.#pulse.in(0)
      case 'bye':
        this.#members.remove(from)
        return this.#pulse.in(0)
      default: throw new Error('its kind is unknown')
    }
  }
}
