/**
 * Runs the built service against 20 fake hosts, half of which switch faults at random, while its clock steps back and
 * forth (if libfaketime is installed). See docs/reliability.md.
 *   npm run soak -- [--minutes 45] [--seed 1] [--smoke] [--write]
 * `--smoke` skips the slope of memory, which needs a long run; `--write` updates docs/reliability.md. Exits with 1 if a
 * check fails.
 */
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { commit, median, writeSection } from '../figures.ts'
import type { Memory } from './agent.ts'
import { SteppingClock } from './clock.ts'
import { Consumer } from './consumer.ts'
import { Listener } from './listener.ts'
import { Receiver } from './receiver.ts'
import { assess, describe, type Evidence, type Standing } from './report.ts'
import { Service } from './service.ts'

const MINUTE = 60_000
const TOKEN = 'soak'
const EVENTS = ['die', 'restart-loop', 'host-down', 'host-up', 'cpu-above', 'memory-above', 'container-gone']
/** Milliseconds between two samples of memory. */
const SAMPLE_EVERY = 10_000
/** Counts of sockets and timers per `Standing`, and milliseconds between them. */
const LOOKS = { times: 60, every: 250 }
/** Time limit for the recovery after the faults, milliseconds. */
const SETTLE_WITHIN = 5 * MINUTE

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '45' },
    seed: { type: 'string', default: '1' },
    smoke: { type: 'boolean', default: false },
    write: { type: 'boolean', default: false }
  }
})
const minutes = Number(values.minutes)
const quiet = Math.min(MINUTE, minutes * MINUTE / 4)
const say = (message: string) => process.stderr.write(`${new Date().toISOString().slice(11, 19)} ${message}\n`)

/** With everything on that lives on polls. */
function configure (folder: string, addresses: string[], webhook: string): string {
  const hosts = Object.fromEntries(addresses.map((url, index) => [`host${index}`, { url }]))
  const file = join(folder, 'dockstat.yaml')
  writeFileSync(file, JSON.stringify({
    mintimeout: 1000,
    resync: 15_000,
    log: { file: join(folder, 'soak.log') },
    history: { file: join(folder, 'history.db') },
    notify: [{ name: 'all', url: webhook, on: EVENTS, throttle: 10 }],
    hosts
  }))
  return file
}

/** Takes the minimum of sockets and the median of timers over many counts, because polls come and go. */
async function stand (service: Service): Promise<Standing> {
  const sockets: number[] = []
  const timers: number[] = []
  for (let look = 0; look < LOOKS.times; look++) {
    sockets.push(service.files().socket ?? 0)
    timers.push(await service.timers())
    await sleep(LOOKS.every)
  }
  return {
    sockets: Math.min(...sockets),
    timers: median(timers),
    files: service.files(),
    objects: await service.objects()
  }
}

/** Samples the memory, with milliseconds since `begun`. */
async function sampleMemory (service: Service, begun: number): Promise<Array<[number, Memory]>> {
  const samples: Array<[number, Memory]> = []
  const until = begun + minutes * MINUTE
  while (Date.now() < until && service.isRunning) {
    const memory = await service.memory()
    samples.push([Date.now() - begun, memory])
    if (samples.length % 6 === 0) {
      const [used, external, resident] = [memory.heapUsed, memory.external, memory.rss]
        .map(bytes => Math.round(bytes / 2 ** 20))
      say(`MiB: heap ${used}, external ${external}, resident ${resident}; ${service.files().socket} sockets`)
    }
    await sleep(SAMPLE_EVERY)
  }
  return samples
}

/** Waits until the counts are down to `before`, which never happens if something leaks. */
async function settle (service: Service, consumer: Consumer, before: Standing): Promise<Standing> {
  const end = Date.now() + SETTLE_WITHIN
  let least = await stand(service)
  for (;;) {
    const { sockets, timers } = least
    say(`at least ${sockets} sockets, ${timers} timers, ${consumer.missing} hosts missing`)
    const isBack = sockets <= before.sockets && timers <= before.timers && consumer.missing === 0
    if (isBack || Date.now() >= end) return least
    const next = await stand(service)
    least = { ...next, sockets: Math.min(sockets, next.sockets), timers: Math.min(timers, next.timers) }
  }
}

async function soak (folder: string): Promise<Evidence> {
  const fleet = fork(join(import.meta.dirname, 'fleet.js'), [folder, values.seed])
  const [{ addresses, faulty }] = await once(fleet, 'message')
  const clock = new SteppingClock(folder, values.seed)
  const receiver = new Receiver()
  const service = new Service(configure(folder, addresses, await receiver.listen()), TOKEN, clock.env)
  await service.listening()
  const names = addresses.map((_: string, index: number) => `host${index}`)
  const consumer = new Consumer(service.url, TOKEN, new Set(names.slice(faulty)))
  const begun = Date.now()
  const made = commit()
  const loadBefore = loadavg()
  await sleep(quiet / 2)
  await consumer.ask()
  consumer.start()
  const listener = new Listener(service.url, TOKEN)
  listener.start()
  await sleep(quiet / 2)
  const before = await stand(service)
  say(`${before.sockets} sockets, ${before.timers} timers, ${consumer.missing} hosts missing: faults begin`)
  fleet.send('storm')
  clock.start()
  const memory = await sampleMemory(service, begun)
  say('faults end')
  fleet.send('calm')
  clock.stop()
  const calmed = Date.now()
  const after = await settle(service, consumer, before)
  const settled = Date.now() - calmed
  fleet.send('report')
  const [{ counts }] = await once(fleet, 'message')
  await consumer.stop()
  await listener.stop()
  const isAlive = service.isRunning
  const exit = await service.stop()
  fleet.disconnect()
  receiver.close()
  return {
    minutes,
    seed: values.seed,
    begun,
    commit: made,
    load: [loadBefore, loadavg()].map(([average = NaN]) => average),
    hosts: { all: addresses.length, faulty },
    faults: counts,
    steps: clock.steps,
    memory,
    before,
    after,
    settled,
    answers: consumer,
    listener,
    notifications: receiver.received,
    isAlive,
    exit,
    levels: service.levels,
    complaints: service.complaints,
    isSmoke: values.smoke
  }
}

const folder = mkdtempSync(join(tmpdir(), 'soak-'))
const evidence = await soak(folder).finally(() => rmSync(folder, { recursive: true }))
const verdict = assess(evidence)
const text = describe(evidence, verdict)
process.stdout.write(`${JSON.stringify(verdict, null, 2)}\n\n${text}\n`)
if (values.write) writeSection('docs/reliability.md', 'soak', text)
process.exitCode = verdict.missed.length === 0 ? 0 : 1
