import fp from 'fastify-plugin'
import type { HostSnapshot } from '../lib/model/snapshot.ts'
import { memoize } from '../lib/memoize.ts'
import { createProcessMetrics } from '../lib/process/metrics.ts'
import { version } from '../lib/version.ts'
import { clusterFamilies } from '../lib/views/metrics/cluster.ts'
import { header, textIn } from '../lib/views/metrics/exposition.ts'
import { sampleLines, type Family } from '../lib/views/metrics/family.ts'
import { createMetricsView } from '../lib/views/metrics/metrics.ts'
import { serviceFamilies } from '../lib/views/metrics/service.ts'
import type { View } from '../lib/views/view.ts'
import { expositions, type Exposition } from '../lib/model/exposition.ts'

declare module 'fastify' {
  interface FastifyInstance {
    /**
     * The view for Prometheus.
     * @param hosts if empty, the view includes the metrics of the service itself
     */
    metricsView (hosts: readonly string[], exposition: Exposition): View
  }
}

/** Metrics of hosts, containers and the service → `app.metricsView`. */
export default fp(async app => {
  const viewOf = memoize(createMetricsView)
  const processMetrics = createProcessMetrics()
  const replica = app.cluster()?.id ?? ''

  async function service (exposition: Exposition): Promise<Buffer> {
    const { config: { loadedAt, rejected } } = app
    const state = {
      version,
      loadedAt,
      isReloaded: rejected === null,
      stream: app.streamCounts,
      notifications: app.notifications(),
      history: app.history.figures
    }
    const cluster = app.cluster()
    const text = <Source>(families: readonly Family<Source>[], source: Source) =>
      families.map(family => header(family, exposition) + sampleLines(family, '', source)).join('')
    const own = text(serviceFamilies, state) + (cluster ? text(clusterFamilies, cluster) : '')
    return Buffer.from(own + textIn(exposition, await processMetrics()))
  }

  const encode = async (snapshots: readonly HostSnapshot[], exposition: Exposition, isWhole: boolean) =>
    Buffer.concat([
      await viewOf(app.config)(snapshots, exposition),
      ...isWhole ? [await service(exposition)] : [],
      Buffer.from(expositions[exposition].end)
    ])

  /** Reads the metrics of the service once per set of snapshots, because the ETag depends on snapshots alone. */
  const views = (exposition: Exposition): Record<'whole' | 'part', View> => {
    const form = { type: expositions[exposition].type, vary: 'Accept-Encoding, Accept' }
    const whole = memoize((snapshots: readonly HostSnapshot[]) => encode(snapshots, exposition, true))
    return {
      whole: { ...form, variant: `${exposition}${replica}`, encode: whole },
      part: { ...form, variant: `${exposition}-hosts`, encode: snapshots => encode(snapshots, exposition, false) }
    }
  }

  const all = { text: views('text'), openmetrics: views('openmetrics') }
  app.decorate('metricsView', (hosts, exposition) => all[exposition][hosts.length === 0 ? 'whole' : 'part'])
}, { name: 'metrics', dependencies: ['cluster', 'config', 'history', 'notify', 'stream'] })
