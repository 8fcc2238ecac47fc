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
  /**
   * Makes the client of a host's Engine.
   * @param index of the host in the configuration
   */
  connect (host: Host, index: number): EngineClient
}

/** A host while it is watched. */
interface Member {
  /** What it is watched by; another configuration with the same leaves it alone. */
  cause: string
  engine: EngineClient
  collector: Collector
}

/** What of the configuration a collector is made of. */
const causeOf = (host: Host, { mintimeout, resync, labels, filter }: Config) =>
  JSON.stringify([host, mintimeout, resync, labels, filter])

/** What of the configuration decides how snapshots are shown. */
const looksOf = ({ tags, container, metrics }: Config) => JSON.stringify([[...tags], [...container], metrics])

async function end ({ collector, engine }: Member) {
  await collector.stop()
  await engine.close()
}

/** The collectors of all hosts, and the clients of their Engines. */
export class Fleet {
  readonly #options: FleetOptions
  #members = new Map<string, Member>()
  #looks = ''

  constructor (options: FleetOptions) {
    this.#options = options
  }

  /**
   * Watches the hosts of a configuration: those that are new or changed anew, the others as before. Where it shows them
   * in another way, each publishes another snapshot. Resolves when what is no longer wanted has ended.
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
