import { setTimeout as sleep } from 'node:timers/promises'
import { Fakes } from './fakes.ts'
import { LoadGenerator, type LoadResult } from './load.ts'
import { cpuOf, growthOf, residentOf } from './processes.ts'
import type { BenchOptions, Result } from './result.ts'
import { Service } from './service.ts'

const CONTAINERS = 100
/** Milliseconds between polls of a host. With the default `resync`, every other poll requests the list. */
const INTERVAL = 30_000
/** Numbers of hosts; milliseconds to warm up and to measure, seconds of requests. */
const WHOLE = { hosts: [10, 100, 1000], warm: 120_000, watched: 60_000, asked: 30 }
const SMOKE = { hosts: [2], warm: 500, watched: 1000, asked: 1 }
/** Requests a second, and connections that share them. */
const RATE = 50
const CONNECTIONS = 5

interface Figures {
  hosts: number
  containers: number
  /** Hosts that are up in the end. */
  up: number
  /** CPU time per container and poll in microseconds, and total CPU in cores. */
  cost: number
  cores: number
  /** Resident memory, MiB. */
  memory: number
  status: LoadResult
  stats: LoadResult
}

/** Measures the service in steady state with this many hosts. */
async function watch (hosts: number, size: typeof WHOLE, generator: LoadGenerator): Promise<Figures> {
  const fakes = new Fakes(hosts, { containers: CONTAINERS })
  const started: Array<{ stop (): Promise<void> }> = [fakes]
  try {
    const service = new Service({ addresses: await fakes.listening(), mintimeout: INTERVAL })
    started.push(service)
    await service.listening()
    await sleep(size.warm)
    const cpu = growthOf(() => cpuOf(service.pid))
    await sleep(size.watched)
    const cores = cpu()
    const memory = residentOf(service.pid)
    const containers = hosts * CONTAINERS
    const { url, headers } = service
    const ask = (paths: readonly string[]) =>
      generator.run({ url, paths, headers, connections: CONNECTIONS, seconds: size.asked, rate: RATE })
    const status = await ask(['/status'])
    const stats = await ask(Array.from({ length: hosts }, (_, host) => `/stats?host=host${host}`))
    const up = await service.up(CONTAINERS)
    return { hosts, containers, up, cost: cores * INTERVAL * 1000 / containers, cores, memory, status, stats }
  } finally {
    for (const each of started.toReversed()) await each.stop()
  }
}

function resultsOf ({ hosts, containers, up, cost, cores, memory, status, stats }: Figures, first: Figures): Result[] {
  const what = `${containers.toLocaleString('en')} containers`
  const isMost = containers >= 100_000
  const flat = { reference: first.cost, compared: cost / first.cost, bar: { most: 1.2 } }
  return [
    { what: `${what}: hosts up`, unit: `of ${hosts}`, ours: up, bar: { least: hosts } },
    { what: `${what}: CPU per container and poll`, unit: 'µs', ours: cost, ...containers > first.containers && flat },
    { what: `${what}: total CPU`, unit: 'cores', ours: cores, bar: { most: 1 } },
    { what: `${what}: resident memory`, unit: 'MiB', ours: memory, ...isMost && { bar: { most: 700 } } },
    { what: `${what}: p99 of \`/status\` while polling`, unit: 'ms', ours: status.p99, bar: { most: 20 } },
    { what: `${what}: p99 of \`/stats?host=\` while polling`, unit: 'ms', ours: stats.p99, bar: { most: 20 } }
  ]
}

/** Measures how the cost grows with the number of hosts with 100 containers each. */
export async function scale ({ isSmoke, resources, say }: BenchOptions): Promise<Result[]> {
  const size = isSmoke ? SMOKE : WHOLE
  const generator = new LoadGenerator()
  resources.push(generator)
  const all: Figures[] = []
  for (const hosts of size.hosts) {
    const figures = await watch(hosts, size, generator)
    const { containers, up, cost, cores, memory, status, stats } = figures
    say(`${containers} containers, ${up} hosts up: ${cost.toFixed(0)} µs each, ${cores.toFixed(3)} cores, ` +
      `${memory.toFixed(0)} MiB, p99 ${status.p99.toFixed(2)} and ${stats.p99.toFixed(2)} ms`)
    all.push(figures)
  }
  return all.flatMap(figures => resultsOf(figures, all[0] ?? figures))
}
