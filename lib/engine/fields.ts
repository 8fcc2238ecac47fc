/** An object with fields of any type. */
export type Fields = Readonly<Record<string, unknown>>

export const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
export const fields = (value: unknown): Fields => isFields(value) ? value : {}
export const text = (value: unknown): string | null => typeof value === 'string' ? value : null
const matching = (value: unknown, pattern: RegExp) => typeof value === 'string' && pattern.test(value) ? value : null
export const word = (value: unknown): string | null => matching(value, /^\w+$/)
/** IDs and versions go into the paths of further calls, which nothing that an Engine sends may redirect elsewhere. */
export const containerId = (value: unknown): string | null => word(value)
export const apiVersion = (value: unknown): string | null => matching(value, /^\d+\.\d+$/)
/** A counter or size, which is an integer. Engines write "none" as 2^64-1, and no real value exceeds 2^62. */
export const count = (value: unknown): number | null =>
  typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= 2 ** 62 ? value : null
