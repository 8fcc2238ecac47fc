import fp from 'fastify-plugin'
import { Collector, timingOf } from '../lib/collector/collector.ts'
import type { HostSnapshot } from '../lib/collector/snapshot.ts'

declare module 'fastify' {
  interface FastifyInstance {
    stats: {
      /** The latest snapshot of every host, in the order of the configuration. */
      snapshots (): HostSnapshot[]
    }
  }
}

/** One collector per host → `app.stats`. */
export default fp(async app => {
  const timing = timingOf(app.config.mintimeout)
  const collectors = [...app.engines].map(([host, engine]) => new Collector({ host, engine, timing, log: app.log }))
  app.decorate('stats', { snapshots: () => collectors.map(collector => collector.snapshot) })
  app.addHook('onReady', async () => collectors.forEach(collector => collector.start()))
  app.addHook('onClose', async () => {
    await Promise.all(collectors.map(collector => collector.stop()))
  })
}, { name: 'stats', dependencies: ['config', 'docker'] })
