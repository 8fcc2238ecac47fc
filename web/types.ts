/** What the page reads of the API's answers; a test holds it against their schemas. Unknown values are null. */

export type Maybe = number | null | undefined

/** A container as `/containers` shows it. */
export interface Row {
  host: string
  id: string
  name: string
  image: string
  state: string
  health: string | null
  exitCode: number | null
  startedAt: string | null
  restartCount: number | null
  compose: { project: string, service: string | null } | null
  swarm: { stack: string | null, service: string | null } | null
  labels: Record<string, string>
  cpu: { available: boolean, why?: string, cores?: Maybe, limitCores?: Maybe }
  memory: { available: boolean, why?: string, workingSetBytes?: Maybe, limitBytes?: Maybe, limitSet?: boolean | null }
  network: { scope: string | null, of: string | null, rxBytesPerSecond: Maybe, txBytesPerSecond: Maybe }
  blockIo: { readBytesPerSecond: Maybe, writeBytesPerSecond: Maybe }
  pids: { current: number | null, limit: number | null }
  sampledAt: string | null
  link: string
  icon: string
  tags: readonly { name: string, colour: string | null }[]
}

/** A host as `/hosts/{host}` shows it. */
export interface Host {
  host: string
  up: boolean | null
  lastSeen: string | null
  error: { code: string, message: string } | null
  engine: {
    kind: string
    version: string | null
    operatingSystem: string | null
    cpus: number | null
    memoryBytes: number | null
  } | null
  containers: { byState: Record<string, number> }
  poll: { intervalMs: number }
  problems: readonly { what: string, message: string, since: string, containers: readonly string[] }[]
  totals: {
    cpuCores: Maybe
    memoryWorkingSetBytes: Maybe
    rxBytesPerSecond: Maybe
    txBytesPerSecond: Maybe
  }
}

/** An event as `/events` shows it. */
export interface Transition {
  id: number
  at: string
  host: string
  container: { id: string, name: string, image: string } | null
  action: string
  exitCode: number | null
  health: string | null
  detail: string | null
}
