import { join } from 'node:path'
import type { Test } from 'tap'
import { History } from '../../lib/history/history.ts'
import type { Sample } from '../../lib/model/sample.ts'
import { folder } from './folder.ts'
import { containerSnapshot, hostSnapshot, sample } from './snapshots.ts'

/** When the clock of a history starts. */
export const NOON = Date.parse('2026-11-23T12:00:00Z')

export const MINUTE = 60_000
export const HOUR = 60 * MINUTE
export const DAY = 24 * HOUR

interface Given {
  /** Path of the database. */
  file?: string
  disk?: boolean
  /** MiB. */
  memory?: number
  /** Milliseconds since the epoch. */
  now?: number
}

export interface Polled {
  host?: string
  name?: string
  id?: string
  /** Milliseconds. */
  interval?: number
}

/** Creates a history with a clock that the test sets. */
export function createHistory (t: Test, given: Given = {}) {
  const { file = join(folder(t), 'data/history.db'), disk = true, memory = 64, now = NOON } = given
  const log: string[] = []
  const write = (level: string) => (_fields: object, message: string) => { log.push(`${level} ${message}`) }
  const clock = { now }
  const history = new History({
    settings: { memory, disk, file },
    log: { info: write('info'), warn: write('warn') },
    now: () => clock.now
  })
  t.teardown(() => history.close())

  /** Polls a container until a time has passed; each sample is received just before its interval ends. */
  function poll (milliseconds: number, values: Partial<Sample> = {}, polled: Polled = {}) {
    const { host = 'nas', name = 'web', id = 'aa', interval = 5000 } = polled
    for (let passed = 0; passed < milliseconds; passed += interval) {
      clock.now += interval
      const at = clock.now - 1
      const one = sample({ at, cpuCores: 1, memoryBytes: 1000, ...values })
      const containers = [containerSnapshot({ id, name, sample: one })]
      const status = { durationMs: null, intervalMs: interval - interval % 100, isStalled: false }
      history.see(hostSnapshot({ host, at, up: true, poll: status, containers }), null)
    }
  }

  /** Polls a container and writes every minute. */
  async function run (milliseconds: number, values: Partial<Sample> = {}, polled: Polled = {}) {
    for (let passed = 0; passed < milliseconds; passed += MINUTE) {
      poll(MINUTE, values, polled)
      await history.flush()
    }
  }

  /** Reads what was known of a container, or of a host, in the time before now. */
  const last = (milliseconds: number, { name = 'web', points = 300 }: { name?: string | null, points?: number } = {}) =>
    history.read('nas', name, { from: (clock.now - milliseconds) / 1000, to: clock.now / 1000, points })

  return { history, clock, file, log, poll, run, last }
}
