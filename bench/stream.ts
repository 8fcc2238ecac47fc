import { setTimeout as sleep } from 'node:timers/promises'
import { Child } from './child.ts'
import { Fakes } from './fakes.ts'
import { quantile } from './figures.ts'
import { cpuOf, growthOf, residentOf } from './processes.ts'
import type { BenchOptions, Result } from './result.ts'
import { Service } from './service.ts'

/** Clients, and milliseconds to warm up and to measure. */
const WHOLE = { clients: 1000, warm: 15_000, watched: 60_000 }
const SMOKE = { clients: 10, warm: 0, watched: 2500 }
const CONTAINERS = 100
/** Milliseconds between polls, each of which changes every container. */
const INTERVAL = 1000

/** What the clients report. */
interface Figures {
  bytes: number
  closed: number
  updates: number
  /** For each update, milliseconds from the end of the poll until the last client has received it. */
  lags: number[]
}

async function measure (service: Service, encoding: string, size: typeof WHOLE) {
  const port = Number(new URL(service.url).port)
  const clients = new Child('streams', { port, token: service.headers.authorization, clients: size.clients, encoding })
  try {
    await clients.next()
    await sleep(size.warm)
    await clients.ask({})
    const cpu = growthOf(() => cpuOf(service.pid))
    await sleep(size.watched)
    const percent = 100 * cpu()
    const figures = await clients.ask<Figures>({})
    return { ...figures, percent, resident: residentOf(service.pid) }
  } finally {
    await clients.stop()
  }
}

/** Measures clients of `/stream`, with one host whose 100 containers all change every second. */
export async function stream ({ isSmoke, resources, say }: BenchOptions): Promise<Result[]> {
  const size = isSmoke ? SMOKE : WHOLE
  const results: Result[] = []
  for (const encoding of ['identity', 'gzip']) {
    const fakes = new Fakes(1, { containers: CONTAINERS })
    resources.push(fakes)
    const service = new Service({ addresses: await fakes.listening(), mintimeout: INTERVAL })
    resources.push(service)
    await service.polled(CONTAINERS)
    const { percent, resident, lags, bytes, updates, closed } = await measure(service, encoding, size)
    if (closed > 0) throw new Error(`${closed} clients were disconnected`)
    say(`${encoding}: ${percent.toFixed(1)} % of a core, ${resident.toFixed(0)} MiB, ${updates} updates`)
    const what = `${size.clients} clients, ${encoding === 'gzip' ? 'gzip' : 'not compressed'}`
    results.push(
      { what: `${what}: CPU`, unit: 'cores', ours: percent / 100, bar: { most: 1 } },
      { what: `${what}: resident memory`, unit: 'MiB', ours: resident, bar: { most: 200 } },
      { what: `${what}: one update`, unit: 'KiB', ours: bytes / size.clients / updates / 1024 },
      { what: `${what}: from poll to last client, p50`, unit: 'ms', ours: quantile(lags, 0.5) },
      { what: `${what}: from poll to last client, p99`, unit: 'ms', ours: quantile(lags, 0.99) }
    )
    await service.stop()
    await fakes.stop()
  }
  return results
}
