import Negotiator from 'negotiator'
import { memoizeText } from '../memoize.ts'
import type { Exposition } from '../model/exposition.ts'

/** Escaping schemes that Prometheus 3 requests. Our names never need any, but Negotiator compares parameters. */
const ESCAPING = ['allow-utf-8', 'underscores', 'dots', 'values']

const named = (type: string) => ESCAPING.map(escaping => `${type};charset=utf-8;escaping=${escaping}`)

const TEXT = named('text/plain;version=0.0.4')
const OPENMETRICS = named('application/openmetrics-text;version=1.0.0')
/** Plain text without a version is not a request for metrics. */
const DOCUMENTED = ['application/json;charset=utf-8', 'text/plain;charset=utf-8']

/** In order of preference, which decides between types that the client accepts equally. */
const METRICS = [...TEXT, ...OPENMETRICS]
const ALL = [...DOCUMENTED, ...METRICS]

function preferred (accept: string, offered: readonly string[]): Exposition | null {
  const type = new Negotiator({ headers: { accept } }).mediaType(offered)
  if (type === undefined || DOCUMENTED.includes(type)) return null
  return OPENMETRICS.includes(type) ? 'openmetrics' : 'text'
}

/** The exposition that an `Accept` header prefers; text by default. */
export const expositionOf = memoizeText((accept): Exposition => preferred(accept, METRICS) ?? 'text')

/** Fast path: most clients name neither format, so they get JSON without content negotiation. */
const METRICS_NAMED = /openmetrics|0\.0\.4/i

/** The exposition that an `Accept` header prefers over JSON; null means JSON. */
export const expositionOverJson = memoizeText((accept): Exposition | null =>
  METRICS_NAMED.test(accept) ? preferred(accept, ALL) : null)

const TABLES = ['application/json;charset=utf-8', 'text/csv;charset=utf-8']

/** Whether an `Accept` header prefers CSV over JSON. */
export const prefersCsv = memoizeText((accept): boolean =>
  new Negotiator({ headers: { accept } }).mediaType(TABLES) === TABLES[1])

/** Whether an `Accept` header prefers a page over JSON; only browsers name pages. */
export const prefersPage = memoizeText(accept =>
  /text\/html/i.test(accept) &&
  new Negotiator({ headers: { accept } }).mediaType(['application/json', 'text/html']) === 'text/html')
