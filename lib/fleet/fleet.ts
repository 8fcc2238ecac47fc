import { Collector } from '../collector/collector.ts'
import { createFilter } from '../collector/filter.ts'
import { timingOf } from '../collector/timing.ts'
import { fingerprint } from '../config/changes.ts'
import type { Host } from '../config/hosts.ts'
import type { Config } from '../config/config.ts'
import type { EngineClient } from '../engine/client.ts'
import type { Log } from '../model/log.ts'
import type { SnapshotStore } from './store.ts'

export interface FleetOptions {
  store: SnapshotStore
  log: Log
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

async function end ({ collector, engine }: Member) {
  await collector.stop()
  await engine.close()
}

/** Runs a collector and an Engine client for every host. */
export class Fleet {
  readonly #options: FleetOptions
  #members = new Map<string, Member>()
  #looks = ''

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
    this.#members = new Map()
    for (const [index, host] of config.hosts.entries()) {
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
    this.#options.store.arrange(config.hosts.map(({ name }) => name))
    await Promise.all([...before].filter(([name, member]) => this.#members.get(name) !== member)
      .map(([, member]) => end(member)))
  }

  async stop (): Promise<void> {
    await Promise.all([...this.#members.values()].map(end))
  }

  #adjust (member: Member, host: Host, config: Config) {
    member.settings = settingsOf(host, config)
    member.collector.adjust(optionsOf(host, config))
  }

  #watch (host: Host, index: number, config: Config) {
    const { store, log, connect } = this.#options
    const engine = connect(host, index)
    const collector: Collector = new Collector({
      ...optionsOf(host, config),
      host: host.name,
      engine,
      log,
      phase: index / config.hosts.length,
      onSnapshot: snapshot => {
        if (this.#members.get(host.name)?.collector === collector) store.put(snapshot)
      }
    })
    const settings = settingsOf(host, config)
    this.#members.set(host.name, { endpoint: endpointOf(host), settings, engine, collector })
    store.put(collector.snapshot)
    collector.start()
  }
}
