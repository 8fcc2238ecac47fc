import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { cpuOf } from '../processes.ts'

const pids = () => readdirSync('/proc').filter(name => /^\d+$/.test(name))

/** Returns a default if `read` fails because a process has just ended. */
function attempt<T> (read: () => T, otherwise: T): T {
  try {
    return read()
  } catch {
    return otherwise
  }
}

/** The PID that listens on a unix socket. */
function listenerAt (path: string): string {
  const lines = readFileSync('/proc/net/unix', 'utf8').split('\n').map(line => line.split(/\s+/))
  const inodes = new Set(lines.filter(fields => fields[7] === path).map(fields => `socket:[${fields[6]}]`))
  const holds = (pid: string) => attempt(() => readdirSync(`/proc/${pid}/fd`), [])
    .some(fd => inodes.has(attempt(() => readlinkSync(`/proc/${pid}/fd/${fd}`), '')))
  const pid = pids().find(holds)
  if (pid === undefined) throw new Error(`No process found that listens on ${path}. Run this as root, to read /proc.`)
  return pid
}

/** The processes of one Engine: dockerd, its containerd, and the shims of some containers. */
export class EngineProcesses {
  readonly #pids: string[]

  /** @param path of the unix socket */
  constructor (path: string, containers: readonly string[]) {
    const isOurs = new Set(containers)
    const shims = pids().map(pid => {
      const args = attempt(() => readFileSync(`/proc/${pid}/cmdline`, 'utf8'), '').split('\0')
      const after = (name: string) => args[args.indexOf(name) + 1] ?? ''
      return { pid, name: args[0] ?? '', id: after('-id'), address: after('-address') }
    }).filter(({ name, id }) => name.includes('containerd-shim') && isOurs.has(id))
    const [{ address = '' } = {}] = shims
    if (shims.length !== isOurs.size) throw new Error(`found ${shims.length} shims for ${isOurs.size} containers`)
    this.#pids = [listenerAt(path), listenerAt(address), ...shims.map(({ pid }) => pid)]
  }

  /** CPU time so far, including ended children, milliseconds. */
  cpu (): number {
    return this.#pids.reduce((sum, pid) => sum + cpuOf(pid, true), 0)
  }
}
