import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/** The text of a recorded answer. */
export const fixture = (name: string): string => readFileSync(join(import.meta.dirname, '../fixtures', name), 'utf8')
