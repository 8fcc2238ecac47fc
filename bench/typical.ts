import { setTimeout as sleep } from 'node:timers/promises'
import { createContainers, PlainEngine, removeContainers } from './engine-cost/containers.ts'
import { EngineProcesses } from './engine-cost/processes.ts'
import { Fakes } from './fakes.ts'
import { cpuOf, growthOf, residentOf, wakeUpsOf } from './processes.ts'
import type { BenchOptions, Result } from './result.ts'
import { Service } from './service.ts'

const CONTAINERS = 50
const SCRAPE_EVERY = 5000
/** Milliseconds to warm up and to measure. */
const WHOLE = { warm: 60_000, watched: 240_000 }
const SMOKE = { warm: 0, watched: 1000 }

interface Engine {
  address: string
  /** CPU time of a real Engine so far, milliseconds. */
  cpu?: () => number
}

/** Uses a real Engine if DOCKER_HOST is a unix socket, else a fake. */
async function prepare (resources: BenchOptions['resources'], isReal: boolean): Promise<Engine> {
  const address = process.env.DOCKER_HOST ?? ''
  if (!isReal || !address.startsWith('unix://')) {
    const fakes = new Fakes(1, { containers: CONTAINERS })
    resources.push(fakes)
    const [fake = ''] = await fakes.listening()
    return { address: fake }
  }
  const engine = new PlainEngine(address)
  resources.push({ stop: () => engine.close() })
  await removeContainers(engine)
  resources.push({ stop: () => removeContainers(engine) })
  const processes = new EngineProcesses(address.slice('unix://'.length), await createContainers(engine, CONTAINERS))
  return { address, cpu: () => processes.cpu() }
}

/** Measures one host with 50 containers at the default settings, scraped as by Prometheus. */
export async function typical ({ isSmoke, resources, say }: BenchOptions): Promise<Result[]> {
  const { warm, watched } = isSmoke ? SMOKE : WHOLE
  const engine = await prepare(resources, !isSmoke)
  const service = new Service({ addresses: [engine.address] })
  resources.push(service)
  await service.polled(CONTAINERS)
  const scrape = async () => {
    const headers = { ...service.headers, 'accept-encoding': 'gzip' }
    await (await fetch(`${service.url}/metrics`, { headers })).arrayBuffer()
  }
  await scrape()
  const timer = setInterval(scrape, SCRAPE_EVERY)
  resources.push({ stop: async () => clearInterval(timer) })
  await sleep(warm)
  const cpu = growthOf(() => cpuOf(service.pid))
  const wakeUps = growthOf(() => wakeUpsOf(service.pid))
  const engineCpu = engine.cpu && growthOf(engine.cpu)
  await sleep(watched)
  const percent = 100 * cpu()
  const perSecond = 1000 * wakeUps()
  const resident = residentOf(service.pid)
  say(`${percent.toFixed(2)} % of a core, ${perSecond.toFixed(1)} wake-ups a second, ${resident.toFixed(0)} MiB`)
  const what = `${CONTAINERS} containers of a ${engineCpu ? 'real' : 'fake'} Engine, scraped every 5 s`
  return [
    { what: `${what}: CPU`, unit: '% of a core', ours: percent, bar: { most: 0.6 } },
    { what: `${what}: wake-ups a second`, unit: '', ours: perSecond, bar: { most: 15 } },
    { what: `${what}: resident memory`, unit: 'MiB', ours: resident, bar: { most: 85 } },
    ...engineCpu ? [{ what: `${what}: CPU of the Engine`, unit: '% of a core', ours: 100 * engineCpu() }] : []
  ]
}
