import { setTimeout as sleep } from 'node:timers/promises'
import { createContainers, PlainEngine, removeContainers } from './engine-cost/containers.ts'
import { EngineProcesses } from './engine-cost/processes.ts'
import { Fakes } from './fakes.ts'
import { cpuOf, residentOf, wakeUpsOf } from './processes.ts'
import type { BenchOptions, Result } from './result.ts'
import { Service } from './service.ts'

const CONTAINERS = 50
const SCRAPE_EVERY = 5000
/** Milliseconds before what is watched, and of that. */
const WHOLE = { warm: 60_000, watched: 240_000 }
const SMOKE = { warm: 0, watched: 1000 }

interface Engine {
  address: string
  /** CPU time that it used so far, milliseconds; null for a fake. */
  cpu (): number | null
}

/** A real Engine where DOCKER_HOST has the path of one, else a fake. */
async function prepare (resources: BenchOptions['resources'], isReal: boolean): Promise<Engine> {
  const address = process.env.DOCKER_HOST ?? ''
  if (!isReal || !address.startsWith('unix://')) {
    const fakes = new Fakes(1, { containers: CONTAINERS })
    resources.push(fakes)
    const [fake = ''] = await fakes.listening()
    return { address: fake, cpu: () => null }
  }
  const engine = new PlainEngine(address)
  resources.push({ stop: () => engine.close() })
  await removeContainers(engine)
  resources.push({ stop: () => removeContainers(engine) })
  const processes = new EngineProcesses(address.slice('unix://'.length), await createContainers(engine, CONTAINERS))
  return { address, cpu: () => processes.cpu() }
}

/** What it costs to watch one host of 50 containers with the defaults, as Prometheus scrapes it. */
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
  const [start, cpu, wakeUps, engineCpu] = [performance.now(), cpuOf(service.pid), wakeUpsOf(service.pid), engine.cpu()]
  await sleep(watched)
  const took = performance.now() - start
  const percent = 100 * (cpuOf(service.pid) - cpu) / took
  const perSecond = 1000 * (wakeUpsOf(service.pid) - wakeUps) / took
  const resident = residentOf(service.pid)
  const ofEngine = engineCpu === null ? null : 100 * (Number(engine.cpu()) - engineCpu) / took
  say(`${percent.toFixed(2)} % of a core, ${perSecond.toFixed(1)} wake-ups a second, ${resident.toFixed(0)} MiB`)
  const what = `${CONTAINERS} containers of a ${ofEngine === null ? 'fake' : 'real'} Engine, scraped every 5 s`
  return [
    { what: `${what}: CPU`, unit: '% of a core', ours: percent, bar: { most: 0.6 } },
    { what: `${what}: wake-ups a second`, unit: '', ours: perSecond, bar: { most: 15 } },
    { what: `${what}: resident memory`, unit: 'MiB', ours: resident, bar: { most: 85 } },
    ...ofEngine === null ? [] : [{ what: `${what}: CPU of the Engine`, unit: '% of a core', ours: ofEngine }]
  ]
}
