import type { Maybe } from './types.ts'

/** The sum of what is known; null if nothing is. */
export function total (values: readonly Maybe[]): number | null {
  const known = values.filter(value => value != null)
  return known.length === 0 ? null : known.reduce((sum, value) => sum + value, 0)
}
