import { setTimeout as sleep } from 'node:timers/promises'
import { Child } from './child.ts'
import { Fakes } from './fakes.ts'
import { median } from './figures.ts'
import { pollTimes } from './poll-times.ts'
import { cpuOf } from './processes.ts'
import type { BenchOptions, Result } from './result.ts'
import { Service } from './service.ts'

/** Milliseconds between polls. One in twelve requests the list, as with the default settings. */
const INTERVAL = 1000
const RESYNC = 12 * INTERVAL
const WHOLE = { hosts: 10, containers: 100, warm: 12_000, measured: 12_000, rounds: 3 }
const SMOKE = { hosts: 2, containers: 10, warm: 200, measured: 800, rounds: 1 }

type Size = typeof WHOLE

/** A running collector. */
interface Contender {
  pid: number
  samples (): Promise<number>
  stop (): Promise<void>
}

/** The whole service, with one `/stats` request per poll interval. */
async function ours (addresses: readonly string[], { containers }: Size): Promise<Contender> {
  const service = new Service({ addresses, mintimeout: INTERVAL, resync: RESYNC })
  await service.polled(containers)
  const consumer = setInterval(() => service.json('/stats'), INTERVAL)
  return {
    pid: service.pid,
    samples: () => service.samples(),
    async stop () {
      clearInterval(consumer)
      await service.stop()
    }
  }
}

function child (name: string, addresses: readonly string[]): Contender {
  const process = new Child(name, { addresses, interval: INTERVAL, resync: RESYNC })
  return { pid: process.pid, samples: () => process.ask<number>({}), stop: () => process.stop() }
}

/** Returns the CPU time per sample in microseconds, and stops the contender. */
async function measure (contender: Contender, { warm, measured }: Size): Promise<number> {
  try {
    await sleep(warm)
    const samples = await contender.samples()
    const before = cpuOf(contender.pid)
    await sleep(measured)
    const cpu = cpuOf(contender.pid) - before
    return 1000 * cpu / (await contender.samples() - samples)
  } finally {
    await contender.stop()
  }
}

/** CPU time per sample of each contender in turn, microseconds. */
async function costs (addresses: readonly string[], size: Size) {
  return {
    service: await measure(await ours(addresses, size), size),
    plain: await measure(child('plain', addresses), size),
    dockerode: await measure(child('dockerode', addresses), size),
    client: await measure(child('client', addresses), size),
    collectors: await measure(child('collectors', addresses), size)
  }
}

/** Measures the CPU time per sample, compared with plain requests and with v1, and the duration of a poll. */
export async function collect (options: BenchOptions): Promise<Result[]> {
  const { isSmoke, resources, say } = options
  const size = isSmoke ? SMOKE : WHOLE
  const fakes = new Fakes(size.hosts, { containers: size.containers })
  resources.push(fakes)
  const addresses = await fakes.listening()
  const rounds: Array<Awaited<ReturnType<typeof costs>>> = []
  while (rounds.length < size.rounds) {
    const round = await costs(addresses, size)
    say(`µs a sample: ${Object.entries(round).map(([name, cost]) => `${name} ${Math.round(cost)}`).join(', ')}`)
    rounds.push(round)
  }
  const middle = (key: keyof typeof rounds[number]) => median(rounds.map(round => round[key]))
  const what = 'CPU per sample of a container'
  const againstPlain = (key: 'service' | 'client' | 'collectors') => ({
    unit: 'µs',
    ours: middle(key),
    reference: middle('plain'),
    compared: median(rounds.map(round => round[key] / round.plain))
  })
  return [
    { what: `${what}, against undici and JSON.parse`, ...againstPlain('service'), bar: { most: 1.25 } },
    { what: 'of which requests and parsing', ...againstPlain('client') },
    { what: 'of which requests, parsing and snapshots', ...againstPlain('collectors') },
    {
      what: `${what}, against v1's way with dockerode (times cheaper)`,
      unit: 'µs',
      ours: middle('service'),
      reference: middle('dockerode'),
      compared: median(rounds.map(({ service, dockerode }) => dockerode / service)),
      bar: { least: 4 }
    },
    ...isSmoke ? [] : await pollTimes(options)
  ]
}
