import { hostname } from 'node:os'
import fp from 'fastify-plugin'
import type { ClusterState } from '../lib/cluster/state.ts'

declare module 'fastify' {
  interface FastifyInstance {
    /** What this replica knows of its cluster; null without one. */
    cluster (): ClusterState | null
  }
}

/** At the top level, because TypeScript does not rewrite the path of an import within nested functions. */
const load = async () => (await import('../lib/cluster/cluster.ts')).Cluster

/** Shares the hosts with other replicas → `app.cluster`. Nothing is loaded without a cluster. */
export default fp(async app => {
  const { config, fleet, store, stats, log } = app
  const { cluster: settings } = config
  if (settings === null) {
    app.decorate('cluster', () => null)
    return
  }
  const name = hostname()
  const Cluster = await load()
  const { transitions } = stats
  const cluster = new Cluster({ settings, name, config, fleet, store, log, transitions })
  await fleet.take({ replica: name, polled: new Set(), shown: null })
  app.decorate('cluster', () => cluster.state)
  store.subscribe(next => cluster.see(next))
  app.onConfig(next => cluster.apply(next))
  app.addHook('onReady', async () => cluster.start())
  app.addHook('preClose', () => cluster.stop()) // while notifications still tell what collectors learn at the end
}, { name: 'cluster', dependencies: ['config', 'stats'] })
