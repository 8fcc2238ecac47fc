import { keyOf, occurrenceOf, problemsOf, quietEnd, type Condition, type Watched } from './condition.ts'

const DAY = 86_400_000

/** `certificate-expiring`: once for each certificate. */
export function certificate ({ days }: { days: number }, watched: Watched): Condition {
  return {
    see ({ host, certificateExpiresAt: expiresAt }, _previous, { wall }) {
      if (expiresAt === null) return []
      const key = keyOf('certificate-expiring', host, expiresAt)
      const left = Date.parse(expiresAt) - wall
      const isNear = left <= days * DAY
      const signals = problemsOf(watched, 'certificate-expiring', host)
        .filter(([other]) => !isNear || other !== key)
        .map(([other, problem]) => quietEnd(other, problem, wall))
      if (!isNear) return signals
      const detail = `It ${left < 0 ? 'expired' : 'expires'} on ${expiresAt.slice(0, 10)}. Renew it`
      const occurrence = occurrenceOf({ event: 'certificate-expiring', at: wall, host, detail })
      return [...signals, { kind: 'begin', key, occurrence }]
    }
  }
}
