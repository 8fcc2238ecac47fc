import Negotiator from 'negotiator'
import { memoizeText } from '../memoize.ts'
import type { Exposition } from '../model/exposition.ts'

/** How Prometheus 3 wants names escaped that ours never are; parameters have to be the same to be accepted. */
const ESCAPING = ['allow-utf-8', 'underscores', 'dots', 'values']

const named = (type: string) => ESCAPING.map(escaping => `${type};charset=utf-8;escaping=${escaping}`)

const TEXT = named('text/plain;version=0.0.4')
const OPENMETRICS = named('application/openmetrics-text;version=1.0.0')
/** Plain text is no wish for metrics. */
const DOCUMENTED = ['application/json;charset=utf-8', 'text/plain;charset=utf-8']

/** What is offered, best first: the first of what is accepted alike is taken. */
const METRICS = [...TEXT, ...OPENMETRICS]
const ALL = [...DOCUMENTED, ...METRICS]

function preferred (accept: string, offered: readonly string[]): Exposition | null {
  const type = new Negotiator({ headers: { accept } }).mediaType(offered)
  if (type === undefined || DOCUMENTED.includes(type)) return null
  return OPENMETRICS.includes(type) ? 'openmetrics' : 'text'
}

/** The exposition that an `Accept` header prefers; text where it does not say. */
export const expositionOf = memoizeText((accept): Exposition => preferred(accept, METRICS) ?? 'text')

/** What metrics are called; who says neither prefers JSON. Most do, so they are not made to wait for the rest. */
const METRICS_NAMED = /openmetrics|0\.0\.4/i

/** The exposition that an `Accept` header prefers over JSON, null for JSON. */
export const expositionOverJson = memoizeText((accept): Exposition | null =>
  METRICS_NAMED.test(accept) ? preferred(accept, ALL) : null)
