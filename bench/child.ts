import { fork, type ChildProcess, type StdioOptions } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { owned } from './owned.ts'
import { end } from './processes.ts'

const PATIENCE = 600_000

/** Runs a program of `children/` and exchanges messages with it. */
export class Child {
  readonly #process: ChildProcess

  /** @param argument passed as JSON in the first command-line argument */
  constructor (name: string, argument: object = {}) {
    const program = join(import.meta.dirname, 'children', `${name}.js`)
    const stdio: StdioOptions = ['ignore', 'ignore', 'inherit', 'ipc']
    this.#process = owned(fork(program, [JSON.stringify(argument)], { stdio }))
  }

  get pid (): number {
    return this.#process.pid ?? 0
  }

  /** Resolves with the next message. */
  async next<T> (): Promise<T> {
    const said = new AbortController()
    const signal = AbortSignal.any([said.signal, AbortSignal.timeout(PATIENCE)])
    const ended = once(this.#process, 'exit', { signal }).then(([code]) => {
      throw new Error(`a child process exited with ${code}`)
    })
    try {
      const [message] = await Promise.race([once(this.#process, 'message', { signal }), ended])
      return message
    } finally {
      said.abort()
      ended.catch(() => {})
    }
  }

  /** Sends a message and resolves with the reply. */
  async ask<T> (message: object): Promise<T> {
    const answer = this.next<T>()
    this.#process.send(message)
    return await answer
  }

  async stop (): Promise<void> {
    await end(this.#process)
  }
}
