import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, readFileSync } from 'node:fs'

/** Milliseconds of a clock tick: USER_HZ is 100 on every Linux. */
const TICK = 10

/**
 * CPU time that a process used so far, milliseconds.
 * @param withEnded whether what its ended children used counts
 */
export function cpuOf (pid: number | string, withEnded = false): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  const times = stat.slice(stat.lastIndexOf(')') + 2).split(' ').slice(11, withEnded ? 15 : 13)
  return TICK * times.reduce((sum, time) => sum + Number(time), 0)
}

/**
 * Watches a counter from now on.
 * @returns tells by how much it has grown on average so far, per millisecond
 */
export function growthOf (read: () => number): () => number {
  const [start, before] = [performance.now(), read()]
  return () => (read() - before) / (performance.now() - start)
}

/** Memory of a process that is resident, MiB. */
export function residentOf (pid: number): number {
  const [, kib] = /^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? []
  return Number(kib) / 1024
}

/** How often the threads of a process have waited and been woken so far. */
export function wakeUpsOf (pid: number): number {
  const counts = readdirSync(`/proc/${pid}/task`).map(thread => {
    const status = readFileSync(`/proc/${pid}/task/${thread}/status`, 'utf8')
    return Number(/^voluntary_ctxt_switches:\s+(\d+)/m.exec(status)?.[1])
  })
  return counts.reduce((sum, count) => sum + count, 0)
}

/**
 * Ends a process as a service manager would, and waits until it is gone.
 * @returns its exit code, or the signal that ended it
 */
export async function end (child: ChildProcess): Promise<number | string | null> {
  if (child.exitCode === null && child.signalCode === null) {
    const ending = once(child, 'exit')
    child.kill('SIGTERM')
    await ending
  }
  return child.exitCode ?? child.signalCode
}
