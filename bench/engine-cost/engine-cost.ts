/**
 * Measures what a poll costs a Docker Engine: requests, and CPU time of dockerd, containerd and the shims.
 *   DOCKER_HOST=unix:///… npm run bench:engine -- [--containers 100] [--rounds 3] [--write]
 * Needs root (for /proc) and the image busybox:local (`scripts/engine.sh image`). Creates its own containers and
 * removes them. `--write` updates the section of the Engine's version in docs/performance.md.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { loadavg } from 'node:os'
import { parseArgs } from 'node:util'
import { commit, machine, markdown, median, writeSection } from '../figures.ts'
import { cli, ours, v1, type Contender } from './contenders.ts'
import { createContainers, PlainEngine, removeContainers } from './containers.ts'
import { EngineProcesses } from './processes.ts'

/** Milliseconds to measure the idle Engine: Go forces a garbage collection every two minutes. */
const IDLE = 120_000
/** Milliseconds of rest between measurements. */
const REST = 3000

interface Measured {
  name: string
  requests: number[]
  durations: number[]
  /** CPU time and duration of each round, milliseconds. */
  rounds: Array<{ cpu: number, milliseconds: number, polls: number }>
}

const { values } = parseArgs({
  options: {
    containers: { type: 'string', default: '100' },
    rounds: { type: 'string', default: '3' },
    write: { type: 'boolean', default: false }
  }
})
const address = process.env.DOCKER_HOST ?? 'unix:///var/run/docker.sock'
const count = Number(values.containers)
const made = commit()
const say = (message: string) => process.stderr.write(`${new Date().toISOString().slice(11, 19)} ${message}\n`)

async function measure (processes: EngineProcesses, contender: Contender, into: Measured) {
  const { polls } = contender
  await sleep(REST)
  await contender.ready()
  const start = performance.now()
  const before = processes.cpu()
  const { requests, durations } = await contender.poll(polls)
  const cpu = processes.cpu() - before
  const milliseconds = performance.now() - start
  into.requests.push(requests / polls)
  into.durations.push(...durations)
  into.rounds.push({ cpu, milliseconds, polls })
  say(`${into.name}: ${cpu} ms CPU in ${Math.round(milliseconds)} ms`)
}

async function run (engine: PlainEngine) {
  const ids = await createContainers(engine, count)
  const processes = new EngineProcesses(address.replace(/^unix:\/\//, ''), ids)
  say(`${count} containers are running`)
  await sleep(REST)
  const before = processes.cpu()
  await sleep(IDLE)
  const idle = (processes.cpu() - before) / IDLE
  say(`idle: ${(1000 * idle).toFixed(0)} ms CPU a second`)
  const create = [() => ours(address), () => cli(address), () => v1(engine)]
  const measured = new Map<number, Measured>()
  for (let round = 0; round < Number(values.rounds); round++) {
    for (const [index, contend] of create.entries()) {
      const contender = await contend()
      const into = measured.get(index) ?? { name: contender.name, requests: [], durations: [], rounds: [] }
      measured.set(index, into)
      await measure(processes, contender, into)
      await contender.close()
    }
  }
  return { idle, measured: [...measured.values()] }
}

function spread (values: number[]): string {
  const [middle, least, most] = [median(values), Math.min(...values), Math.max(...values)].map(Math.round)
  return `${middle} (${least}–${most})`
}

function describe ({ idle, measured }: Awaited<ReturnType<typeof run>>, version: string): string {
  const rows = measured.map(({ name, requests, durations, rounds }) => {
    const raw = rounds.map(({ cpu, polls }) => cpu / polls)
    const costs = rounds.map(({ cpu, milliseconds, polls }) => (cpu - idle * milliseconds) / polls)
    const seconds = (median(durations) / 1000).toFixed(2)
    return [name, median(requests).toFixed(1), spread(costs), spread(raw), `${seconds} s`]
  })
  const [load = NaN] = loadavg()
  return [
    markdown([[`One poll, Docker ${version}`, 'Requests', 'CPU ms of the Engine', 'idle included', 'Takes'], ...rows]),
    '',
    `${new Date().toISOString().slice(0, 10)}, ${count} containers \`sleep\`, commit \`${made}\`, ${machine()}, ` +
    `load average ${load.toFixed(1)}: median (least–most) of ${values.rounds} rounds. ` +
    `Unless noted otherwise, the CPU time of the idle Engine (${(1000 * idle).toFixed(0)} ms a second, measured for ` +
    'two minutes) is subtracted.'
  ].join('\n')
}

const engine = new PlainEngine(address)
process.once('SIGINT', () => removeContainers(engine).finally(() => process.exit(130)))
await removeContainers(engine)
const { Version } = await engine.ask<{ Version: string }>('/version')
try {
  const result = await run(engine)
  const text = describe(result, Version)
  process.stdout.write(`${JSON.stringify(result, null, 2)}\n\n${text}\n`)
  const [minor = ''] = /^\d+\.\d+/.exec(Version) ?? []
  if (values.write) writeSection('docs/performance.md', `engine-cost ${minor}`, text)
} finally {
  await removeContainers(engine)
  await engine.close()
}
