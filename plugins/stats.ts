import fp from 'fastify-plugin'
import { Collector } from '../lib/collector/collector.ts'
import { createFilter } from '../lib/collector/filter.ts'
import { timingOf } from '../lib/collector/timing.ts'
import type { HostSnapshot } from '../lib/collector/snapshot.ts'
import { Twins } from '../lib/collector/twins.ts'

declare module 'fastify' {
  interface FastifyInstance {
    stats: {
      /** The latest snapshot of every host, in the order of the configuration: the same list until one is replaced. */
      snapshots (): readonly HostSnapshot[]
    }
  }
}

/** One collector per host → `app.stats`. */
export default fp(async app => {
  const { hosts, labels, filter, mintimeout, resync } = app.config
  const timing = timingOf(mintimeout, resync, hosts.length)
  const twins = new Twins(app.log)
  let fleet: readonly HostSnapshot[] | null = null
  const onSnapshot = (snapshot: HostSnapshot) => {
    fleet = null
    twins.see(snapshot)
  }
  const filters = new Map(hosts.map(({ name, filter: own = [] }) => [name, createFilter(...[filter, own].flat())]))
  const collectors = [...app.engines].map(([host, engine], index) => {
    const kept = { labels, filter: filters.get(host) }
    return new Collector({ host, engine, timing, log: app.log, phase: index / app.engines.size, onSnapshot, ...kept })
  })
  app.decorate('stats', {
    snapshots () {
      fleet ??= Object.freeze(collectors.map(({ snapshot }) => snapshot))
      return fleet
    }
  })
  app.addHook('onReady', async () => collectors.forEach(collector => collector.start()))
  app.addHook('onClose', async () => {
    await Promise.all(collectors.map(collector => collector.stop()))
  })
}, { name: 'stats', dependencies: ['config', 'docker'] })
