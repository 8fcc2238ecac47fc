import { setTimeout as sleep } from 'node:timers/promises'

/** Concurrent calls per Engine, like the collector. */
export const CONNECTIONS = 16

/** A client of one Engine. */
interface Asker {
  /** Returns the IDs of all containers. */
  list (): Promise<string[]>
  sample (id: string): Promise<unknown>
}

/**
 * Runs a child process that polls the stats of all containers and answers every message with the number of samples so
 * far. Its argument is JSON: `addresses`, and `interval` in milliseconds.
 */
export async function askEngines (askerOf: (address: string) => Asker): Promise<void> {
  const { addresses, interval }: { addresses: string[], interval: number } = JSON.parse(process.argv[2] ?? '{}')
  let samples = 0

  async function poll (asker: Asker, ids: readonly string[]) {
    const rest = [...ids]
    const work = async () => {
      for (let id = rest.pop(); id !== undefined; id = rest.pop()) {
        await asker.sample(id)
        samples++
      }
    }
    await Promise.all(Array.from({ length: CONNECTIONS }, work))
  }

  async function watch (address: string, index: number) {
    const asker = askerOf(address)
    const ids = await asker.list()
    await sleep(interval * index / addresses.length)
    for (;;) {
      await poll(asker, ids)
      await sleep(interval)
    }
  }

  process.on('message', () => process.send?.(samples))
  process.on('disconnect', () => process.exit())
  await Promise.all(addresses.map(watch))
}
