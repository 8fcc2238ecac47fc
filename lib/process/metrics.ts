import type { Registry } from 'prom-client'

/** Sampling interval of the event loop in milliseconds. It is long because each sample wakes the process. */
const LAG_RESOLUTION = 1000

async function createRegistry (): Promise<Registry> {
  const { collectDefaultMetrics, Registry } = await import('prom-client')
  const registry = new Registry()
  collectDefaultMetrics({ register: registry, eventLoopMonitoringPrecision: LAG_RESOLUTION })
  // These are gauges, although the suffix _total is reserved for counters.
  for (const what of ['handles', 'requests', 'resources']) registry.removeSingleMetric(`nodejs_active_${what}_total`)
  return registry
}

/**
 * Renders the metrics of this process in text format 0.0.4. The registry is created on the first scrape, so it costs
 * nothing until then.
 */
export function createProcessMetrics (): () => Promise<string> {
  let registry: Promise<Registry> | undefined
  return async () => {
    registry ??= createRegistry()
    return await (await registry).metrics()
  }
}
