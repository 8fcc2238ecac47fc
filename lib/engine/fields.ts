/** An object whose fields may be anything. */
export type Fields = Readonly<Record<string, unknown>>

export const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
export const fields = (value: unknown): Fields => isFields(value) ? value : {}
export const text = (value: unknown): string | null => typeof value === 'string' ? value : null
/** Counters and sizes: 2^64-1 is how Engines write "none", and no real one is above 2^62. */
export const count = (value: unknown): number | null =>
  typeof value === 'number' && value >= 0 && value <= 2 ** 62 ? value : null
