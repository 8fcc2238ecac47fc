import fp from 'fastify-plugin'
import { Collector } from '../lib/collector/collector.ts'
import { createFilter } from '../lib/collector/filter.ts'
import { timingOf } from '../lib/collector/timing.ts'
import type { HostSnapshot } from '../lib/model/snapshot.ts'
import { Twins } from '../lib/collector/twins.ts'
import { FirstPolls } from '../lib/fleet/first-polls.ts'

declare module 'fastify' {
  interface FastifyInstance {
    stats: {
      /** The latest snapshot of every host, in the order of the configuration: the same list until one is replaced. */
      snapshots (): readonly HostSnapshot[]
    }
  }
  interface FastifyContextConfig {
    /** Whether answers wait until the first poll of every host has ended, so that they show no zeros of the start. */
    awaitsFirstPolls?: boolean
  }
}

/** Milliseconds for which answers wait after the start at most. */
const FIRST_POLLS_WITHIN = 2500

/** One collector per host → `app.stats`. */
export default fp(async app => {
  const { hosts, labels, filter, mintimeout, resync } = app.config
  const timing = timingOf(mintimeout, resync, hosts.length)
  const twins = new Twins(app.log)
  const firstPolls = new FirstPolls(hosts.map(({ name }) => name))
  let fleet: readonly HostSnapshot[] | null = null
  const onSnapshot = (snapshot: HostSnapshot) => {
    fleet = null
    twins.see(snapshot)
    firstPolls.see(snapshot)
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
  app.addHook('preHandler', (request, _reply, done) => {
    if (firstPolls.isOver || !request.routeOptions.config.awaitsFirstPolls) done()
    else firstPolls.wait(done)
  })
  app.addHook('onReady', async () => {
    firstPolls.start(FIRST_POLLS_WITHIN)
    collectors.forEach(collector => collector.start())
  })
  app.addHook('onClose', async () => {
    firstPolls.end()
    await Promise.all(collectors.map(collector => collector.stop()))
  })
}, { name: 'stats', dependencies: ['config', 'docker'] })
