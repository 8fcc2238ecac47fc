import type { Maybe } from '../types.ts'

/** Shares from which a figure is worth a look, or a worry. */
const HIGH = 0.8
const CRITICAL = 0.95

/** How much of a limit is used. */
export function Meter ({ value, most, label }: { value: Maybe, most: Maybe, label: string }) {
  const share = value == null || !most ? 0 : Math.min(value / most, 1)
  const level = share >= CRITICAL ? 'critical' : share >= HIGH ? 'high' : 'normal'
  return (
    <span class={`meter ${level}`} role='img' aria-label={`${label}: ${Math.round(100 * share)} %`}>
      <span style={{ width: `${100 * share}%` }} />
    </span>
  )
}
