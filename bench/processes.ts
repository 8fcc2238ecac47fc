import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, readFileSync } from 'node:fs'

/** Milliseconds per clock tick: USER_HZ is 100 on every Linux. */
const TICK = 10

/** CPU time of a process so far, optionally including that of its ended children, milliseconds. */
export function cpuOf (pid: number | string, withEnded = false): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  const times = stat.slice(stat.lastIndexOf(')') + 2).split(' ').slice(11, withEnded ? 15 : 13)
  return TICK * times.reduce((sum, time) => sum + Number(time), 0)
}

/** Returns a function that returns the average growth of a counter since now, per millisecond. */
export function growthOf (read: () => number): () => number {
  const [start, before] = [performance.now(), read()]
  return () => (read() - before) / (performance.now() - start)
}

/** Resident memory of a process, MiB. */
export function residentOf (pid: number): number {
  const [, kib] = /^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? []
  return Number(kib) / 1024
}

/** Voluntary context switches of all threads of a process so far. */
export function wakeUpsOf (pid: number): number {
  const counts = readdirSync(`/proc/${pid}/task`).map(thread => {
    const status = readFileSync(`/proc/${pid}/task/${thread}/status`, 'utf8')
    return Number(/^voluntary_ctxt_switches:\s+(\d+)/m.exec(status)?.[1])
  })
  return counts.reduce((sum, count) => sum + count, 0)
}

/** Stops a process with SIGTERM, and resolves with its exit code or the signal that ended it. */
export async function end (child: ChildProcess): Promise<number | string | null> {
  if (child.exitCode === null && child.signalCode === null) {
    const ending = once(child, 'exit')
    child.kill('SIGTERM')
    await ending
  }
  return child.exitCode ?? child.signalCode
}
