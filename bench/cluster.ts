import { setTimeout as sleep } from 'node:timers/promises'
import { Child } from './child.ts'
import { Fakes } from './fakes.ts'
import { quantile } from './figures.ts'
import { cpuOf, growthOf, residentOf } from './processes.ts'
import { RedisServer, type Traffic } from './redis-server.ts'
import type { BenchOptions, Result } from './result.ts'
import { Service } from './service.ts'

const CONTAINERS = 100
/** Milliseconds between polls of a host, as in `scale`, and that a lease lasts. */
const INTERVAL = 30_000
const LEASE = 15_000
/** Numbers of replicas and of hosts; milliseconds to warm up and to measure. */
const WHOLE = { replicas: [1, 2, 4], hosts: 1000, warm: 30_000, watched: 30_000, interval: INTERVAL, lease: LEASE }
const SMOKE = { replicas: [2], hosts: 8, warm: 4000, watched: 2000, interval: 500, lease: 2000 }
/** Hosts of which a poll is followed to all replicas. */
const FOLLOWED = 100

const NO_TRAFFIC: Traffic = { commands: 0, received: 0, sent: 0 }

type Size = typeof WHOLE

interface Figures {
  replicas: number
  /** Of each replica: CPU in cores while the server is away and while snapshots are shared, and resident MiB. */
  polling: number[]
  sharing: number[]
  memory: number[]
  /** At the server, per second. */
  traffic: Traffic
  lags: number[]
  /** Milliseconds until the last host of a killed replica was polled again. */
  loss: number
}

interface HostAnswer {
  lastSeen: string | null
}

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0)
const mean = (values: readonly number[]) => sum(values) / values.length

/** CPU of processes in cores, over some milliseconds. */
async function cpuDuring (services: readonly Service[], milliseconds: number): Promise<number[]> {
  const growths = services.map(({ pid }) => growthOf(() => cpuOf(pid)))
  await sleep(milliseconds)
  return growths.map(growth => growth())
}

async function allUp (services: readonly Service[], { hosts }: Size) {
  for (const service of services) {
    await service.listening()
    while (await service.up(CONTAINERS) < hosts) await sleep(500)
  }
}

/** Kills a replica like a power failure, and returns how long hosts were not polled, milliseconds. */
async function lossOf (services: readonly Service[]): Promise<number> {
  const [lost, ...others] = services
  const [witness] = others
  if (!lost || !witness) return NaN
  const killed = Date.now()
  process.kill(lost.pid, 'SIGKILL')
  for (;;) {
    const seen = Object.values(await witness.json<Record<string, HostAnswer>>('/hosts'))
      .map(({ lastSeen }) => Date.parse(lastSeen ?? ''))
    if (seen.every(at => at > killed)) return Math.max(...seen) - killed
    await sleep(250)
  }
}

async function lagsOf (services: readonly Service[]): Promise<number[]> {
  const urls = services.map(({ url }) => url)
  const child = new Child('lags', { urls, token: services[0]?.headers.authorization, count: FOLLOWED })
  try {
    return await child.next()
  } finally {
    await child.stop()
  }
}

async function trafficDuring (server: RedisServer, during: () => Promise<number[]>): Promise<[number[], Traffic]> {
  const [start, before] = [performance.now(), await server.traffic()]
  const cpu = await during()
  const after = await server.traffic()
  const perSecond = (field: keyof Traffic) => (after[field] - before[field]) / (performance.now() - start) * 1000
  return [cpu, { commands: perSecond('commands'), received: perSecond('received'), sent: perSecond('sent') }]
}

/** Measures a cluster, or a process without one if there are no replicas. */
async function watch (replicas: number, size: Size, addresses: readonly string[]): Promise<Figures> {
  const { warm, watched, interval, lease } = size
  const server = new RedisServer()
  const services: Service[] = []
  try {
    if (replicas > 0) await server.come()
    const cluster = replicas > 0 ? `cluster: { url: "${server.url}", lease: ${lease} }\n` : ''
    for (let index = 0; index < Math.max(1, replicas); index++) {
      services.push(new Service({ addresses, mintimeout: interval, more: cluster }))
    }
    await allUp(services, size)
    await sleep(warm)
    if (replicas === 0) {
      const polling = await cpuDuring(services, watched)
      const memory = services.map(({ pid }) => residentOf(pid))
      return { replicas, polling, sharing: [], memory, traffic: NO_TRAFFIC, lags: [], loss: 0 }
    }
    const [sharing, traffic] = await trafficDuring(server, () => cpuDuring(services, watched))
    const memory = services.map(({ pid }) => residentOf(pid))
    await server.leave()
    await sleep(Math.min(warm, 5000))
    const polling = await cpuDuring(services, watched)
    await server.come()
    await sleep(interval)
    const lags = replicas > 1 ? await lagsOf(services) : []
    return { replicas, polling, sharing, memory, traffic, lags, loss: await lossOf(services) }
  } finally {
    for (const service of services) await service.stop()
    await server.stop()
  }
}

function resultsOf (figures: Figures, alone: Figures, { interval, lease }: Size): Result[] {
  const { replicas, polling, sharing, memory, traffic, lags, loss } = figures
  const what = replicas === 1 ? '1 replica' : `${replicas} replicas`
  const reference = mean(alone.polling) / replicas
  const [own, whole] = [mean(polling), mean(sharing)]
  const results: Result[] = [
    {
      what: `${what}: CPU of polling, each`,
      unit: 'cores',
      ours: own,
      reference,
      compared: own / reference,
      bar: { most: 1.2 }
    },
    { what: `${what}: CPU with sharing, each`, unit: 'cores', ours: whole },
    { what: `${what}: resident memory, each`, unit: 'MiB', ours: mean(memory), reference: mean(alone.memory) },
    { what: `${what}: commands at the server`, unit: 'a second', ours: traffic.commands },
    { what: `${what}: received by the server`, unit: 'KiB/s', ours: traffic.received / 1024 },
    { what: `${what}: sent by the server`, unit: 'KiB/s', ours: traffic.sent / 1024 }
  ]
  if (replicas === 1) return results
  return [
    ...results,
    { what: `${what}: from poll to the others' answers, p50`, unit: 'ms', ours: quantile(lags, 0.5) },
    {
      what: `${what}: from poll to the others' answers, p99`,
      unit: 'ms',
      ours: quantile(lags, 0.99),
      bar: { most: 250 }
    },
    {
      what: `${what}: one killed, all its hosts polled again`,
      unit: 's',
      ours: loss / 1000,
      bar: { most: (lease + interval) / 1000 }
    }
  ]
}

/** Measures how the work of polling 1,000 hosts is shared by replicas, and what sharing costs. */
export async function cluster ({ isSmoke, resources, say }: BenchOptions): Promise<Result[]> {
  const size = isSmoke ? SMOKE : WHOLE
  const fakes = new Fakes(size.hosts, { containers: CONTAINERS })
  resources.push(fakes)
  const addresses = await fakes.listening()
  const measure = async (replicas: number) => {
    const figures = await watch(replicas, size, addresses)
    const { polling, sharing, memory, lags, loss } = figures
    const shown = (values: readonly number[]) => values.map(value => value.toFixed(3)).join(' ')
    say(`${replicas} replicas: polling ${shown(polling)}, with sharing ${shown(sharing)} cores, ` +
      `${mean(memory).toFixed(0)} MiB, p99 ${quantile(lags, 0.99)} ms of ${lags.length}, loss ${loss} ms`)
    return figures
  }
  const alone = await measure(0)
  const results: Result[] = [
    { what: 'Without a cluster: CPU', unit: 'cores', ours: mean(alone.polling) },
    { what: 'Without a cluster: resident memory', unit: 'MiB', ours: mean(alone.memory) }
  ]
  for (const replicas of size.replicas) results.push(...resultsOf(await measure(replicas), alone, size))
  return results
}
