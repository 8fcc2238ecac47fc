import type { Sample } from '../model/sample.ts'

/** What the history keeps of a container or a host; null means unknown. */
export type Usage = Pick<Sample, 'cpuCores' | 'memoryBytes' | 'rxBytesPerSecond' | 'txBytesPerSecond' |
  'blockReadBytesPerSecond' | 'blockWriteBytesPerSecond'>

interface Column {
  /** Name in responses. */
  name: string
  /** Beginning of the names in the database. */
  sql: string
  from: keyof Usage
  /** Decimals to keep. */
  digits: number
}

/** In the order in which values are stored, in memory and on disk. */
export const COLUMNS = [
  { name: 'cpuCores', sql: 'cpu_cores', from: 'cpuCores', digits: 6 },
  { name: 'memoryBytes', sql: 'memory_bytes', from: 'memoryBytes', digits: 0 },
  { name: 'rxBytesPerSecond', sql: 'rx_bytes_per_second', from: 'rxBytesPerSecond', digits: 0 },
  { name: 'txBytesPerSecond', sql: 'tx_bytes_per_second', from: 'txBytesPerSecond', digits: 0 },
  { name: 'readBytesPerSecond', sql: 'read_bytes_per_second', from: 'blockReadBytesPerSecond', digits: 0 },
  { name: 'writeBytesPerSecond', sql: 'write_bytes_per_second', from: 'blockWriteBytesPerSecond', digits: 0 }
] as const satisfies readonly Column[]

export type ColumnName = typeof COLUMNS[number]['name']

export const WIDTH = COLUMNS.length

const FACTORS = COLUMNS.map(({ digits }) => 10 ** digits)

/** Rounds a value of a column as it is stored and shown; unknown is null. */
export function rounded (value: number, column: number): number | null {
  const factor = Number(FACTORS[column])
  return Number.isFinite(value) ? Math.round(value * factor) / factor : null
}
