/**
 * Generates load with undici: each message is a `Load`, each reply its result. Bodies are counted and dropped, because
 * the load generator has to cost less than the server that it measures.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { Client } from 'undici'
import { quantile } from '../figures.ts'
import type { Load, LoadResult } from '../load.ts'

class Run {
  readonly times: number[] = []
  readonly statuses: Record<string, number> = {}
  bytes = 0
  errors = 0
  readonly #paths: readonly string[]
  readonly #headers: Load['headers']
  #turn = 0

  constructor ({ url, paths, headers }: Load) {
    const { pathname, search } = new URL(url)
    this.#paths = paths ?? [pathname + search]
    this.#headers = headers
  }

  ask (client: Client): Promise<void> {
    const path = this.#paths[this.#turn++ % this.#paths.length] ?? ''
    const start = performance.now()
    return new Promise(resolve => client.dispatch({ method: 'GET', path, headers: this.#headers }, {
      onRequestStart: () => {},
      onResponseStart: (_controller, status) => {
        this.statuses[status] = (this.statuses[status] ?? 0) + 1
      },
      onResponseData: (_controller, chunk) => {
        this.bytes += chunk.length
      },
      onResponseEnd: () => {
        this.times.push(performance.now() - start)
        resolve()
      },
      onResponseError: () => {
        this.errors++
        resolve()
      }
    }))
  }
}

async function run (load: Load): Promise<LoadResult> {
  const { url, connections, seconds, rate } = load
  const run = new Run(load)
  const clients = Array.from({ length: connections }, () => new Client(new URL(url).origin))
  const start = performance.now()
  const until = start + 1000 * seconds
  await Promise.all(clients.map(async (client, index) => {
    for (let turn = index; performance.now() < until; turn += connections) {
      if (rate !== undefined) await sleep(Math.max(0, start + 1000 * turn / rate - performance.now()))
      await run.ask(client)
    }
  }))
  const elapsed = (performance.now() - start) / 1000
  await Promise.all(clients.map(client => client.close()))
  const { times, bytes, statuses, errors } = run
  const [p50 = NaN, p99 = NaN] = [0.5, 0.99].map(share => quantile(times, share))
  return { requests: times.length, perSecond: times.length / elapsed, p50, p99, bytes, statuses, errors }
}

process.on('message', async (load: Load) => process.send?.(await run(load)))
process.on('disconnect', () => process.exit())
