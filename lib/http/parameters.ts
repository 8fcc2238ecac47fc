import { InvalidQuery } from '../errors.ts'

/**
 * The value of a parameter that can be given once; undefined if it is missing.
 * @throws InvalidQuery
 */
export function once (parameter: string, values: readonly string[]): string | undefined {
  if (values.length > 1) throw new InvalidQuery(parameter, values.join(`&${parameter}=`), 'given once')
  return values[0]
}

/**
 * Reads a number of things.
 * @throws InvalidQuery with the range
 */
export function readCount (
  parameter: string, values: readonly string[], { most, otherwise }: { most: number, otherwise: number }
): number {
  const text = once(parameter, values) ?? String(otherwise)
  const count = Number(text)
  if (/^\d+$/.test(text) && count >= 1 && count <= most) return count
  throw new InvalidQuery(parameter, text, `an integer from 1 to ${most}`)
}
