/**
 * The value under a name that comes from outside, such as a label's. A plain index would also find what every object
 * inherits: `constructor`, `toString`.
 */
export const own = <Value>(record: Readonly<Record<string, Value>>, name: string): Value | undefined =>
  Object.hasOwn(record, name) ? record[name] : undefined

/** How often each name occurs. */
export function countsOf (names: Iterable<string>): Map<string, number> {
  const counts = new Map<string, number>()
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1)
  return counts
}
