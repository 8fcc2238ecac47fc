import { Collector } from '../collector/collector.ts'
import { createFilter } from '../collector/filter.ts'
import { initialSnapshot } from '../collector/initial-snapshot.ts'
import { newsIn } from '../collector/resume.ts'
import { timingOf } from '../collector/timing.ts'
import { fingerprint } from '../config/changes.ts'
import type { Host } from '../config/hosts.ts'
import type { Config } from '../config/config.ts'
import type { EngineClient } from '../engine/client.ts'
import type { Log } from '../model/log.ts'
import type { HostSnapshot } from '../model/snapshot.ts'
import type { Transition } from '../model/transition.ts'
import type { SnapshotStore } from './store.ts'

/** The part of the hosts that this replica polls. */
export interface Share {
  replica: string
  polled: ReadonlySet<string>
  /** The hosts to show, in order, if the configuration of another replica decides it; null for our own. */
  shown: readonly string[] | null
}

export interface FleetOptions {
  store: SnapshotStore
  log: Log
  /** The latest transitions of a host, whoever polled it. */
  transitions (host: string): readonly Transition[]
  /** Creates the client for a host's Engine; `index` is the position of the host in the configuration. */
  connect (host: Host, index: number): EngineClient
}

interface Member {
  /** The endpoint it connects to; another one needs another collector. */
  endpoint: string
  /** The settings that its collector can apply while it runs. */
  settings: string
  engine: EngineClient
  collector: Collector
}

const endpointOf = ({ filter, ...endpoint }: Host) => fingerprint(endpoint)

const settingsOf = ({ filter: own }: Host, { mintimeout, resync, labels, filter }: Config) =>
  fingerprint([mintimeout, resync, labels, filter, own])

const optionsOf = ({ filter: own }: Host, { mintimeout, resync, labels, filter, hosts }: Config) => ({
  timing: timingOf(mintimeout, resync, hosts.length),
  labels,
  filter: createFilter(filter, ...own ? [own] : [])
})

/** The settings that only affect how snapshots are presented. */
const looksOf = ({ tags, container, metrics, loadedAt, rejected }: Config) =>
  fingerprint([tags, container, metrics, loadedAt, rejected])

const configurationOf = ({ rejected, loadedAt }: Config) => Object.freeze({ isCurrent: rejected === null, loadedAt })

async function end ({ collector, engine }: Member) {
  await collector.stop()
  await engine.close()
}

/** Runs a collector and an Engine client for every host, or for its share of them. */
export class Fleet {
  readonly #options: FleetOptions
  #members = new Map<string, Member>()
  #looks = ''
  #config: Config | null = null
  #configuration: HostSnapshot['configuration'] = { isCurrent: true, loadedAt: 0 }
  /** Null without a cluster. */
  #share: Share | null = null

  constructor (options: FleetOptions) {
    this.#options = options
  }

  /**
   * Applies a configuration: starts new hosts and those with another endpoint, adjusts the others, and resolves when
   * the old collectors have stopped. If only the presentation changes, every kept host publishes a new snapshot.
   */
  async apply (config: Config): Promise<void> {
    const before = this.#members
    const looks = looksOf(config)
    const shown = new Set(this.#share?.shown ?? config.hosts.map(({ name }) => name))
    this.#config = config
    this.#configuration = configurationOf(config)
    this.#members = new Map()
    this.#options.store.arrange([...shown])
    for (const [index, host] of config.hosts.entries()) {
      if (this.#share?.polled.has(host.name) === false) {
        if (shown.has(host.name)) this.#show(host, config, looks)
        continue
      }
      const known = before.get(host.name)
      if (known?.endpoint !== endpointOf(host)) {
        this.#watch(host, index, config)
        continue
      }
      this.#members.set(host.name, known)
      if (known.settings !== settingsOf(host, config)) this.#adjust(known, host, config)
      else if (looks !== this.#looks) known.collector.republish()
    }
    this.#looks = looks
    await Promise.all([...before].filter(([name, member]) => this.#members.get(name) !== member)
      .map(([, member]) => end(member)))
  }

  /** Polls only a share of the hosts from now on. Resolves when the collectors of the others have stopped. */
  async take (share: Share): Promise<void> {
    this.#share = share
    if (this.#config) await this.apply(this.#config)
  }

  /** Whether this replica polls a host. */
  polls (host: string): boolean {
    return this.#members.has(host)
  }

  async stop (): Promise<void> {
    await Promise.all([...this.#members.values()].map(end))
  }

  #adjust (member: Member, host: Host, config: Config) {
    member.settings = settingsOf(host, config)
    member.collector.adjust(optionsOf(host, config))
  }

  /** Shows a host that another replica polls. */
  #show ({ name, address }: Host, config: Config, looks: string) {
    const { store } = this.#options
    const known = store.find(name)
    const timing = timingOf(config.mintimeout, config.resync)
    const configuration = this.#configuration
    if (!known) store.put(initialSnapshot({ host: name, address, replica: null, configuration, timing }))
    else if (looks !== this.#looks) store.put(Object.freeze({ ...known, epoch: `${known.epoch}~`, transitions: [] }))
  }

  /** Leaves out transitions that another replica has told meanwhile. */
  #onlyNews (snapshot: HostSnapshot): HostSnapshot {
    if (!this.#share || snapshot.transitions.length === 0) return snapshot
    const transitions = newsIn(snapshot.transitions, this.#options.transitions(snapshot.host))
    return Object.freeze({ ...snapshot, transitions: Object.freeze(transitions) })
  }

  #watch (host: Host, index: number, config: Config) {
    const { store, log, connect, transitions } = this.#options
    const engine = connect(host, index)
    const last = this.#share && store.find(host.name)
    const isSame = last?.up != null && last.address === engine.address
    const resume = !isSame ? undefined : { snapshot: last, transitions: transitions(host.name) }
    const collector: Collector = new Collector({
      ...optionsOf(host, config),
      host: host.name,
      replica: this.#share?.replica,
      configuration: () => this.#configuration,
      resume,
      engine,
      log,
      phase: index / config.hosts.length,
      onSnapshot: snapshot => {
        if (this.#members.get(host.name)?.collector === collector) store.put(this.#onlyNews(snapshot))
      }
    })
    const settings = settingsOf(host, config)
    this.#members.set(host.name, { endpoint: endpointOf(host), settings, engine, collector })
    if (!resume) store.put(collector.snapshot)
    collector.start()
  }
}
