/**
 * Asks Engines for stats with nothing but undici and JSON.parse, over as many connections as the collector has.
 * Argument, as JSON: addresses, milliseconds between polls. Answers every message with the samples so far.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { Pool } from 'undici'

const CONNECTIONS = 16

const { addresses, interval }: { addresses: string[], interval: number } = JSON.parse(process.argv[2] ?? '{}')
let samples = 0

async function ask<T> (pool: Pool, path: string): Promise<T> {
  const { body } = await pool.request({ method: 'GET', path })
  return JSON.parse(await body.text())
}

async function poll (pool: Pool, ids: readonly string[]) {
  const rest = [...ids]
  const work = async () => {
    for (let id = rest.pop(); id !== undefined; id = rest.pop()) {
      await ask(pool, `/v1.51/containers/${id}/stats?stream=false&one-shot=true`)
      samples++
    }
  }
  await Promise.all(Array.from({ length: CONNECTIONS }, work))
}

async function watch (address: string, index: number) {
  const pool = new Pool(address.replace('tcp:', 'http:'), { connections: CONNECTIONS, keepAliveTimeout: 60_000 })
  const containers = await ask<Array<{ Id: string }>>(pool, '/v1.51/containers/json?all=1')
  await sleep(interval * index / addresses.length)
  for (;;) {
    await poll(pool, containers.map(({ Id }) => Id))
    await sleep(interval)
  }
}

process.on('message', () => process.send?.(samples))
process.on('disconnect', () => process.exit())
await Promise.all(addresses.map(watch))
