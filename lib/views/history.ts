import { stringify } from 'csv-stringify/sync'
import type { FromSchema } from 'json-schema-to-ts'
import { historySchema } from '../schemas/history.ts'
import { serializerOf } from './encode.ts'

type History = FromSchema<typeof historySchema>

const COLUMNS = [
  'cpuCores', 'memoryBytes', 'rxBytesPerSecond', 'txBytesPerSecond', 'readBytesPerSecond', 'writeBytesPerSecond'
] as const

const encode = serializerOf(historySchema)

/** A history as JSON. */
export const historyJson = (history: History): string => encode(history)

/** A history as CSV: one row per bucket, empty cells where nothing is known. */
export function historyCsv (history: History): string {
  const head = ['time', ...COLUMNS.flatMap(name => [`${name}Avg`, `${name}Max`])]
  const columns = COLUMNS.flatMap(name => [history[name].avg, history[name].max])
  return stringify([head, ...history.at.map((time, bucket) => [time, ...columns.map(values => values[bucket])])])
}
