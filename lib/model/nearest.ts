import { closest, distance } from 'fastest-levenshtein'

/** The closest known name; null if it differs by more than a third of its length, because that guess would mislead. */
export function nearest (given: string, known: readonly string[]): string | null {
  const name = closest(given, known)
  return known.length > 0 && 3 * distance(given, name) <= name.length ? name : null
}
