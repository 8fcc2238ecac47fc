import type { Registry } from 'prom-client'

/** Milliseconds between two looks at the event loop: its timer wakes the process each time. */
const LAG_RESOLUTION = 1000

async function createRegistry (): Promise<Registry> {
  const { collectDefaultMetrics, Registry } = await import('prom-client')
  const registry = new Registry()
  collectDefaultMetrics({ register: registry, eventLoopMonitoringPrecision: LAG_RESOLUTION })
  /** Gauges that are called like counters. */
  for (const what of ['handles', 'requests', 'resources']) registry.removeSingleMetric(`nodejs_active_${what}_total`)
  return registry
}

/**
 * What this process tells of itself, in the text format 0.0.4: CPU, memory, event loop, garbage collection. It is
 * watched from the first call on: who never scrapes does not pay for it.
 */
export function createProcessMetrics (): () => Promise<string> {
  let registry: Promise<Registry> | undefined
  return async () => {
    registry ??= createRegistry()
    return await (await registry).metrics()
  }
}
