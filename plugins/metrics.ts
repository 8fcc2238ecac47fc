import fp from 'fastify-plugin'
import type { FastifyReply } from 'fastify'
import type { HostSnapshot } from '../lib/model/snapshot.ts'
import { kept } from '../lib/memoize.ts'
import { createProcessMetrics } from '../lib/process/metrics.ts'
import { metrics, metricsOfHosts } from '../lib/representation.ts'
import { version } from '../lib/version.ts'
import { expositions, header, textIn, type Exposition } from '../lib/views/metrics/exposition.ts'
import { sampleLines } from '../lib/views/metrics/family.ts'
import { createMetricsView } from '../lib/views/metrics/metrics.ts'
import { serviceFamilies } from '../lib/views/metrics/service.ts'
import { selectHosts } from '../lib/views/select.ts'

declare module 'fastify' {
  interface FastifyReply {
    /**
     * Answers with metrics for Prometheus.
     * @param names of hosts; none means all of them, and the service itself
     */
    sendMetrics (names: readonly string[], exposition: Exposition): FastifyReply | Promise<FastifyReply>
  }
}

/** What the hosts and the service measure → `reply.sendMetrics`. */
export default fp(async app => {
  const view = createMetricsView(app.config)
  const processMetrics = createProcessMetrics()

  async function service (exposition: Exposition): Promise<Buffer> {
    const own = serviceFamilies.map(family =>
      header(family, exposition) + sampleLines(family, '', { version, loadedAt: app.config.loadedAt }))
    return Buffer.from(own.join('') + textIn(exposition, await processMetrics()))
  }

  const write = async (snapshots: readonly HostSnapshot[], exposition: Exposition) =>
    Buffer.concat([
      await view(snapshots, exposition), await service(exposition), Buffer.from(expositions[exposition].end)
    ])

  /** The service changes from one moment to the next: it is read once for the same snapshots, as their ETag says. */
  const whole = {
    text: kept((snapshots: readonly HostSnapshot[]) => write(snapshots, 'text')),
    openmetrics: kept((snapshots: readonly HostSnapshot[]) => write(snapshots, 'openmetrics'))
  }

  const part = async (snapshots: readonly HostSnapshot[], exposition: Exposition) =>
    Buffer.concat([await view(snapshots, exposition), Buffer.from(expositions[exposition].end)])

  function sendMetrics (this: FastifyReply, names: readonly string[], exposition: Exposition) {
    const snapshots = selectHosts(app.stats.snapshots(), names)
    if (names.length === 0) return this.sendSnapshots(snapshots, whole[exposition], metrics[exposition])
    return this.sendSnapshots(snapshots, () => part(snapshots, exposition), metricsOfHosts[exposition])
  }

  app.decorateReply('sendMetrics', sendMetrics)
}, { name: 'metrics', dependencies: ['config', 'stats', 'fleet'] })
