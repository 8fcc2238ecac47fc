import { expositions, type Exposition } from './views/metrics/exposition.ts'

/** One of the forms that answers have: always the same object, by which is found what was made for it. */
export interface Representation {
  type: string
  /** What tells it from others of the same snapshots and type. */
  variant?: string
  /** Request headers that choose it. */
  vary: string[]
}

export const json: Representation = { type: 'application/json; charset=utf-8', vary: ['Accept-Encoding'] }

/** Where `Accept` chooses as well. */
const vary = ['Accept-Encoding', 'Accept']

export const jsonOrMetrics: Representation = { ...json, vary }

/** Metrics of the hosts and of the service itself. */
export const metrics: Record<Exposition, Representation> = {
  text: { type: expositions.text.type, vary },
  openmetrics: { type: expositions.openmetrics.type, vary }
}

export const metricsOfHosts: Record<Exposition, Representation> = {
  text: { ...metrics.text, variant: 'hosts only' },
  openmetrics: { ...metrics.openmetrics, variant: 'hosts only' }
}
