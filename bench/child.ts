import { fork, type ChildProcess, type StdioOptions } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { end, owned } from './owned.ts'

/** Milliseconds of a clock tick: USER_HZ is 100 on every Linux. */
const TICK = 10
const PATIENCE = 600_000

/** CPU time that a process used so far, milliseconds. */
export function cpuOf (pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  const [user, system] = stat.slice(stat.lastIndexOf(')') + 2).split(' ').slice(11, 13)
  return TICK * (Number(user) + Number(system))
}

/** Memory of a process that is resident, MiB. */
export function residentOf (pid: number): number {
  const [, kib] = /^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? []
  return Number(kib) / 1024
}

/** One of the programs in `children/`, in a process of its own that talks over messages. */
export class Child {
  readonly #process: ChildProcess

  /** @param argument what it reads as JSON from its first argument */
  constructor (name: string, argument: object = {}) {
    const program = join(import.meta.dirname, 'children', `${name}.js`)
    const stdio: StdioOptions = ['ignore', 'ignore', 'inherit', 'ipc']
    this.#process = owned(fork(program, [JSON.stringify(argument)], { stdio }))
  }

  get pid (): number {
    return this.#process.pid ?? 0
  }

  /** What it says next. */
  async next<T> (): Promise<T> {
    const said = new AbortController()
    const signal = AbortSignal.any([said.signal, AbortSignal.timeout(PATIENCE)])
    const ended = once(this.#process, 'exit', { signal }).then(([code]) => {
      throw new Error(`a child process ended with ${code}`)
    })
    try {
      const [message] = await Promise.race([once(this.#process, 'message', { signal }), ended])
      return message
    } finally {
      said.abort()
      ended.catch(() => {})
    }
  }

  /** What it answers to a message. */
  async ask<T> (message: object): Promise<T> {
    const answer = this.next<T>()
    this.#process.send(message)
    return await answer
  }

  async stop (): Promise<void> {
    await end(this.#process)
  }
}
