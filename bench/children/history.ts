/**
 * Runs the history without the service, with a clock that passes quickly, and sends what that costs.
 * Argument (JSON): a HistoryRun. Start it with --expose-gc for exact figures of memory.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { readFileSync, statSync } from 'node:fs'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { History } from '../../lib/history/history.ts'
import type { SeenHost } from '../../lib/history/memory.ts'
import type { ContainerSnapshot } from '../../lib/model/snapshot.ts'
import type { HistoryCosts, HistoryRun } from '../history.ts'

const { containers, minutes, file }: HistoryRun = JSON.parse(process.argv[2] ?? '{}')

const INTERVAL = 5000
const POLLS = 60_000 / INTERVAL
/** Containers of one host. */
const HOST = 100

setFlagsFromString('--expose-gc')
const collect: () => void = runInNewContext('gc')

function used (): number {
  collect()
  const { heapUsed, arrayBuffers } = process.memoryUsage()
  return heapUsed + arrayBuffers
}

const clock = { now: Date.parse('2026-11-23T00:00:00Z') }
const log = { info () {}, warn: (_fields: object, message: string) => process.stderr.write(`${message}\n`) }
const settings = { memory: 4096, disk: true, file }
const history = new History({ settings, log, now: () => clock.now })

/** Values like those of real containers: most are idle. */
function containerOf (index: number): ContainerSnapshot {
  const isBusy = index % 4 === 0
  const sample = {
    at: clock.now - index % 1000,
    cpuCores: Math.random() * (isBusy ? 2 : 0.01),
    memoryBytes: Math.round(Math.random() * 2 ** 30),
    rxBytesPerSecond: isBusy ? Math.random() * 1e6 : 0,
    txBytesPerSecond: isBusy ? Math.random() * 1e6 : 0,
    blockReadBytesPerSecond: 0,
    blockWriteBytesPerSecond: isBusy ? Math.random() * 1e5 : 0
  }
  return { id: ids[index], name: names[index], networkMode: 'bridge', sample } as ContainerSnapshot
}

/** Joined, so that they are flat strings, which the snapshots of the service share with its history. */
const textsOf = (text: (index: number) => string) =>
  Array.from({ length: containers }, (_, index) => text(index)).join('\n').split('\n')
const names = textsOf(index => `project-service-${index}`)
const ids = textsOf(index => `${index}`.padStart(64, '0'))

function poll (): SeenHost[] {
  clock.now += INTERVAL
  return Array.from({ length: Math.ceil(containers / HOST) }, (_, host) => ({
    host: `host${host}`,
    at: clock.now,
    lastSeen: clock.now,
    poll: { intervalMs: INTERVAL },
    containers: names.slice(host * HOST, (host + 1) * HOST).map((_, index) => containerOf(host * HOST + index))
  }))
}

const cpuSince = (start: NodeJS.CpuUsage) => {
  const { user, system } = process.cpuUsage(start)
  return (user + system) / 1000
}

/** CPU time of the main thread so far, milliseconds: other processes do not count, however busy the machine is. */
const ofThread = () => Number(readFileSync(`/proc/self/task/${process.pid}/schedstat`, 'utf8').split(' ')[0]) / 1e6

/** Measures the longest time that the main thread computes without a turn of the event loop. */
class Stalls {
  longest = 0
  #timer: NodeJS.Timeout | undefined

  start (): void {
    let before = ofThread()
    this.#timer = setInterval(() => {
      const now = ofThread()
      this.longest = Math.max(this.longest, now - before)
      before = now
    }, 1)
  }

  stop (): void {
    clearInterval(this.#timer)
  }
}

poll()
const memoryBefore = used()
const stalls = new Stalls()
let [recording, writing] = [0, 0]
for (let minute = 0; minute < minutes; minute++) {
  for (let round = 0; round < POLLS; round++) {
    const snapshots = poll()
    const start = process.cpuUsage()
    for (const snapshot of snapshots) history.see(snapshot, null)
    recording += cpuSince(start)
  }
  await sleep(5)
  const start = process.cpuUsage()
  if (minute > 0) stalls.start() // the first write loads libsql
  await history.flush()
  stalls.stop()
  if (minute > 0) writing += cpuSince(start)
}
const memory = (used() - memoryBefore) / containers

const time = async (name: string | null, hours: number, points = 300) => {
  const start = performance.now()
  await history.read('host0', name, { from: clock.now / 1000 - hours * 3600, to: clock.now / 1000, points })
  return performance.now() - start
}
const name = names[0] ?? ''
await time(name, 24)
const queries = {
  '15 minutes of a container': await time(name, 0.25),
  '24 hours of a container, 300 points': await time(name, 24),
  '24 hours of a container, 1,440 points': await time(name, 24, 2000),
  '24 hours of a host, 300 points': await time(null, 24),
  '30 days of a container, 300 points': await time(name, 720)
}
await history.close()

const costs: HistoryCosts = {
  memory,
  recording: recording / minutes,
  writing: writing / (minutes - 1),
  stall: stalls.longest,
  file: statSync(file).size / containers / minutes,
  queries
}
process.send?.(costs)
process.on('disconnect', () => process.exit())
