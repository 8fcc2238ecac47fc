import { setTimeout as sleep } from 'node:timers/promises'

/** As many calls at a time to each Engine as the collector has. */
export const CONNECTIONS = 16

/** What asks one Engine. */
interface Asker {
  /** Ids of all containers. */
  list (): Promise<string[]>
  sample (id: string): Promise<unknown>
}

/**
 * Asks Engines for the stats of all containers over and over, in a process of its own, which answers every message with
 * the samples so far. Its argument, as JSON: addresses, milliseconds between polls.
 * @param askerOf what asks the Engine at an address
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
