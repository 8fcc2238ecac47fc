import type { Maybe, Row } from '../types.ts'
import { askJson } from './api.ts'
import { prepend } from './recent.ts'

export interface Column {
  avg: Maybe[]
  max: Maybe[]
}

/** A history as `/containers/{host}/{name}/history` answers it; times are milliseconds since the epoch. */
export interface History {
  from: string
  to: string
  intervalMs: number
  at: string[]
  cpuCores: Column
  memoryBytes: Column
  rxBytesPerSecond: Column
  txBytesPerSecond: Column
  readBytesPerSecond: Column
  writeBytesPerSecond: Column
}

/** @param from how long ago it begins, such as `15m` */
export function askHistory (
  host: string, name: string, from: string, points: number, signal: AbortSignal | null = null
): Promise<History> {
  const path = [host, name].map(encodeURIComponent).join('/')
  return askJson(`containers/${path}/history?from=${from}&points=${points}`, signal)
}

const asked = new Set<string>()
const waiting: Row[] = []
let isAsking = false

/** How many points a sparkline shows at most. */
const POINTS = 90

async function askNext () {
  const row = waiting.pop() // the one that came into view last
  if (!row) return
  try {
    const { at, cpuCores, memoryBytes } = await askHistory(row.host, row.name, '15m', POINTS)
    prepend(row, at.map((time, index) =>
      ({ at: Date.parse(time), cpu: cpuCores.avg[index] ?? null, memory: memoryBytes.avg[index] ?? null })))
  } catch {} // the sparkline then begins with the page
  await askNext()
}

/** Fills the sparkline of a container with the minutes before the page was opened; one at a time, once each. */
export function loadRecent (row: Row): void {
  const key = `${row.host}/${row.name}`
  if (asked.has(key) || row.sampledAt === null) return
  asked.add(key)
  waiting.push(row)
  if (isAsking) return
  isAsking = true
  askNext().finally(() => { isAsking = false })
}
