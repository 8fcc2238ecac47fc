import type { Signal } from '../events.ts'
import { keyOf, occurrenceOf, type Condition } from './condition.ts'

interface Outage {
  /** On both clocks. */
  at: number
  since: number
  code: string
}

/** `host-down` and `host-up`. @param after seconds for which a host has to be down */
export function hostDown ({ after }: { after: number }): Condition {
  const outages = new Map<string, Outage>()

  function due (host: string, { at, since, code }: Outage, monotonic: number): Signal[] {
    if (monotonic - since < after * 1000) return []
    const key = keyOf('host-down', host)
    return [{ kind: 'begin', key, occurrence: occurrenceOf({ event: 'host-down', at, host, detail: code }) }]
  }

  return {
    see ({ host, up, at, atMonotonic, error }, _previous, { monotonic }) {
      if (up === null) return []
      if (up) {
        outages.delete(host)
        const occurrence = occurrenceOf({ event: 'host-up', at, host })
        return [{ kind: 'end', key: keyOf('host-down', host), isQuiet: false, occurrence }]
      }
      const { at: first, since } = outages.get(host) ?? { at, since: atMonotonic }
      const outage = { at: first, since, code: error?.code ?? '' }
      outages.set(host, outage)
      return due(host, outage, monotonic)
    },
    tick: ({ monotonic }) => [...outages].flatMap(([host, outage]) => due(host, outage, monotonic)),
    forget: host => outages.delete(host)
  }
}
