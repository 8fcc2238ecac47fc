import { closest, distance } from 'fastest-levenshtein'

/**
 * The known name that somebody most likely meant.
 * @returns null where none differs by a third of its length or less: then a guess would mislead
 */
export function nearest (given: string, known: readonly string[]): string | null {
  const name = closest(given, known)
  return known.length > 0 && 3 * distance(given, name) <= name.length ? name : null
}
