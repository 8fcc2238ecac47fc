import { collectDefaultMetrics, Registry } from 'prom-client'

const registry = new Registry()
collectDefaultMetrics({ register: registry })
/** Gauges that are called like counters. */
for (const what of ['handles', 'requests', 'resources']) registry.removeSingleMetric(`nodejs_active_${what}_total`)

/** What this process tells of itself, in the text format 0.0.4: CPU, memory, event loop, garbage collection. */
export const processMetrics = (): Promise<string> => registry.metrics()
