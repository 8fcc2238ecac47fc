import { Collector } from '../collector/collector.ts'
import { createFilter } from '../collector/filter.ts'
import { timingOf } from '../collector/timing.ts'
import type { Host } from '../config/hosts.ts'
import type { Config } from '../config/load.ts'
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
  /** The settings it was created from; a new configuration with the same ones does not restart it. */
  cause: string
  engine: EngineClient
  collector: Collector
}

/** The settings that require a new collector when they change. */
const causeOf = (host: Host, { mintimeout, resync, labels, filter }: Config) =>
  JSON.stringify([host, mintimeout, resync, labels, filter])

/** The settings that only affect how snapshots are presented. */
const looksOf = ({ tags, container, metrics }: Config) => JSON.stringify([[...tags], [...container], metrics])

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
   * Applies a configuration: starts new and changed hosts, keeps the others, and resolves when the old collectors have
   * stopped. If only the presentation changes, every kept host publishes a new snapshot.
   */
  async apply (config: Config): Promise<void> {
    const before = this.#members
    const looks = looksOf(config)
    this.#members = new Map()
    for (const [index, host] of config.hosts.entries()) {
      const known = before.get(host.name)
      if (known?.cause !== causeOf(host, config)) {
        this.#watch(host, index, config)
        continue
      }
      this.#members.set(host.name, known)
      if (looks !== this.#looks) known.collector.republish()
    }
    this.#looks = looks
    this.#options.store.arrange(config.hosts.map(({ name }) => name))
    await Promise.all([...before].filter(([name, member]) => this.#members.get(name) !== member)
      .map(([, member]) => end(member)))
  }

  async stop (): Promise<void> {
    await Promise.all([...this.#members.values()].map(end))
  }

  #watch (host: Host, index: number, config: Config) {
    const { store, log, connect } = this.#options
    const { hosts: { length }, labels, mintimeout, resync } = config
    const engine = connect(host, index)
    const collector: Collector = new Collector({
      host: host.name,
      engine,
      timing: timingOf(mintimeout, resync, length),
      log,
      phase: index / length,
      labels,
      filter: createFilter(config.filter, ...host.filter ? [host.filter] : []),
      onSnapshot: snapshot => {
        if (this.#members.get(host.name)?.collector === collector) store.put(snapshot)
      }
    })
    this.#members.set(host.name, { cause: causeOf(host, config), engine, collector })
    store.put(collector.snapshot)
    collector.start()
  }
}
