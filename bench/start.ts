import { setTimeout as sleep } from 'node:timers/promises'
import { request } from 'undici'
import { Fakes } from './fakes.ts'
import { median } from './figures.ts'
import type { BenchOptions, Result } from './result.ts'
import { Service } from './service.ts'

const ROUNDS = { whole: 11, smoke: 1 }
/** Milliseconds between two starts. */
const REST = 500

async function once (addresses: readonly string[]): Promise<number> {
  const start = performance.now()
  const service = new Service({ addresses })
  try {
    await service.listening()
    const { statusCode, body } = await request(`${service.url}/status`)
    const milliseconds = performance.now() - start
    await body.dump()
    if (statusCode !== 200) throw new Error(`/status: ${statusCode}`)
    return milliseconds
  } finally {
    await service.stop()
  }
}

/** Measures the time from the start of the process to the first response. */
export async function start ({ isSmoke, resources, say }: BenchOptions): Promise<Result[]> {
  const fakes = new Fakes(1)
  resources.push(fakes)
  const addresses = await fakes.listening()
  const times: number[] = []
  await once(addresses) // warms the file cache
  for (let round = 0; round < (isSmoke ? ROUNDS.smoke : ROUNDS.whole); round++) {
    await sleep(REST)
    times.push(await once(addresses))
  }
  say(times.map(Math.round).join(' '))
  return [{
    what: 'From process start to the first 200 of `/status`',
    unit: 'ms',
    ours: median(times),
    bar: { most: 400 }
  }]
}
