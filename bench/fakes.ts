import { Child } from './child.ts'
import type { FakeEngineOptions } from './fake-engine.ts'

/** Two processes share the work of 1,000 hosts. */
const HOSTS_PER_PROCESS = 500

/** Runs fake Engines in child processes. */
export class Fakes {
  readonly #children: Child[]

  constructor (hosts: number, options: Partial<FakeEngineOptions> = {}) {
    const behaviour: FakeEngineOptions = { containers: 100, server: 'Docker/28.5.2 (linux)', stats: 0, ...options }
    const firsts = Array.from({ length: Math.ceil(hosts / HOSTS_PER_PROCESS) }, (_, index) => index * HOSTS_PER_PROCESS)
    this.#children = firsts.map(first =>
      new Child('fakes', { first, hosts: Math.min(HOSTS_PER_PROCESS, hosts - first), ...behaviour }))
  }

  /** Resolves with their addresses. */
  async listening (): Promise<string[]> {
    const lists = await Promise.all(this.#children.map(child => child.next<string[]>()))
    return lists.flat()
  }

  async stop (): Promise<void> {
    await Promise.all(this.#children.map(child => child.stop()))
  }
}
