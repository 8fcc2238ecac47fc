import { setTimeout as sleep } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import type { Test } from 'tap'
import { Collector } from '../../lib/collector/collector.ts'
import type { HostSnapshot } from '../../lib/model/snapshot.ts'
import { timingOf, type CollectorTiming } from '../../lib/collector/timing.ts'
import { EngineClient } from '../../lib/engine/client.ts'
import type { EngineLimits } from '../../lib/engine/connection.ts'
import { containerList, startFakeEngine, type FakeEngine, type FakeEngineOptions } from '../support/fake-engine.ts'
import { journalled } from '../support/journal.ts'

/** A limit that does not adapt. */
const within = (milliseconds: number) => ({ first: milliseconds, least: milliseconds, most: milliseconds })

/** The times of the faulty host: short waits, limits that a loaded machine keeps. */
const briefly: CollectorTiming = {
  ...timingOf(50, 500),
  limits: { list: within(400), info: within(400), inspect: within(400), stats: within(300) },
  listPatience: 100,
  backOffMost: 100,
  hungFirst: 60_000,
  hungMost: 60_000,
  openWithin: 100,
  steadyAfter: 100,
  retryFirst: 20,
  retryMost: 50,
  settle: 20
}
const limits: Partial<EngineLimits> = { connect: 400, call: 400, answer: 2 ** 20 }

/** Polls of each host that one measurement takes, and how often it is taken before it counts as failed. */
const POLLS = 10
const ATTEMPTS = 6

/** What a test knows while the fault is there, and after it. */
export interface Scene {
  fake: FakeEngine
  collector: Collector
  snapshots: HostSnapshot[]
  log: string[]
}

/** One fault: how it comes and goes, and what the host's status says meanwhile. */
export interface Row {
  title: string
  options?: FakeEngineOptions
  timing?: Partial<CollectorTiming>
  limits?: Partial<EngineLimits>
  /** Between two polls of the other hosts, milliseconds. */
  interval?: number
  /** Where the host is asked, when that is not the fake itself. */
  address? (t: Test, fake: FakeEngine): string | Promise<string>
  begin (fake: FakeEngine, collector: Collector): unknown
  /** Ends the fault; what the fake answers is as before in any case. */
  end? (fake: FakeEngine): unknown
  /** What the snapshot looks like: values, or patterns of text. */
  says: object
  /** More to assert while the fault is there, then after it. */
  during? (t: Test, scene: Scene): unknown
  after? (t: Test, scene: Scene): unknown
  /** The most sockets that are kept after the fault. */
  sockets?: number
}

/** The status of a host that is down: the code, and what the message says after address and `GET `. */
export const down = (code: string, message: RegExp): object => ({ up: false, error: { code, message } })

/** The status of a host that is up and well. */
export const well = {
  up: true,
  error: null,
  events: 'live',
  missingRights: { length: 0 },
  problems: { length: 0 },
  poll: { isStalled: false }
}

/** The status of a host that is up, but for one call. */
export const ailing = (what: string, code: string, message: RegExp): object =>
  ({ up: true, error: null, problems: { length: 1, 0: { what, code, message } } })

/** Whether a value has everything that a pattern has. */
function fits (value: unknown, pattern: unknown): boolean {
  if (pattern instanceof RegExp) return typeof value === 'string' && pattern.test(value)
  if (typeof pattern !== 'object' || pattern === null) return value === pattern
  return typeof value === 'object' && value !== null &&
    Object.entries(pattern).every(([key, part]) => fits(Reflect.get(value, key), part))
}

/** Waits until something holds, for some seconds at most: the assertion that follows says what does not. */
export async function settled (check: () => unknown): Promise<void> {
  const end = performance.now() + 15_000
  while (!await check() && performance.now() < end) await sleep(10)
}

/** Every socket, timer and the like that keeps the process alive. */
const resources = () => process.getActiveResourcesInfo().sort()

setFlagsFromString('--expose-gc')
const collectGarbage: () => void = runInNewContext('gc')

/** Bytes that are really in use. */
function memory (): number {
  collectGarbage()
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}

/** Bytes that a row may leave behind, compiled code and the like. */
const LEFT = 24 * 2 ** 20

interface HostOptions {
  host: string
  address: string
  timing: CollectorTiming
  limits?: Partial<EngineLimits> | undefined
  see?: (snapshot: HostSnapshot) => void
}

/** A host that is polled, with the times of its polls. */
export function follow (t: Test, { host, address, timing, limits, see }: HostOptions) {
  const engine = new EngineClient({ address }, limits)
  const snapshots: HostSnapshot[] = []
  const polls: number[] = []
  const log: string[] = []
  const write = (_fields: object, message: string) => { log.push(message) }
  const store = journalled({ info: write, warn: write })
  const onSnapshot = (snapshot: HostSnapshot) => {
    store.put(snapshot)
    if (snapshot.lastSeen !== snapshots.at(-1)?.lastSeen) polls.push(performance.now())
    snapshots.push(snapshot)
    see?.(snapshot)
  }
  const collector = new Collector({ host, engine, timing, log: { info: write, warn: write }, onSnapshot })
  store.put(collector.snapshot)
  const stop = async () => {
    await collector.stop()
    await engine.close()
  }
  t.teardown(stop)
  collector.start()
  return { collector, snapshots, polls, log, stop }
}

export type Host = ReturnType<typeof follow>

const median = (values: readonly number[]) => values.toSorted((a, b) => a - b)[values.length >> 1] ?? Infinity

/** The usual time between two polls, over the next polls of each host. */
async function cadence (hosts: readonly Host[]): Promise<number> {
  const begins = hosts.map(({ polls }) => polls.length)
  await settled(() => hosts.every(({ polls }, index) => polls.length > Number(begins[index]) + POLLS))
  return median(hosts.flatMap(({ polls }, index) => {
    const times = polls.slice(begins[index])
    return times.slice(1).map((time, poll) => time - Number(times[poll]))
  }))
}

const restored = ({ server, apiVersion, minimumApiVersion, containers, info, stats, details, hasEvents }: FakeEngine) =>
  ({ server, apiVersion, minimumApiVersion, containers, info, stats, details, hasEvents, handler: null })

const ids = ({ containers }: HostSnapshot) => containers.map(({ id }) => id).join()

/** Starts the faulty host and its fake. */
async function startFaulty (t: Test, row: Row) {
  const containers = containerList([{ id: 'aa' }, { id: 'bb' }, { id: 'cc' }])
  const fake = await startFakeEngine(t, { containers, ...row.options })
  const address = await row.address?.(t, fake) ?? fake.address
  const timing = { ...briefly, ...row.timing }
  const host = follow(t, { host: 'faulty', address, timing, limits: { ...limits, ...row.limits } })
  const usual = restored(fake)
  const isWell = (since: number) => fits(host.collector.snapshot, well) &&
    ids(host.collector.snapshot) === JSON.parse(usual.containers).map(({ Id }: { Id: string }) => Id).join() &&
    host.collector.snapshot.containers.every(({ sample }) => sample && sample.at >= since)
  const end = async () => {
    await row.end?.(fake)
    Object.assign(fake, usual)
    const since = Date.now()
    const { length } = host.snapshots
    await settled(() => isWell(since))
    const errors = new Set(host.snapshots.slice(length).map(({ error }) => error))
    errors.delete(null)
    errors.delete(host.snapshots[length - 1]?.error ?? null)
    return { isWell: isWell(since), failed: errors.size }
  }
  await settled(() => isWell(0))
  return { ...host, fake, address, end }
}

/** Starts hosts without any fault beside the faulty one. */
async function startOthers (t: Test, interval: number) {
  const containers = containerList([{ id: 'dd' }, { id: 'ee' }])
  const fakes = await Promise.all([1, 2, 3].map(() => startFakeEngine(t, { containers })))
  const hosts = fakes.map(({ address }, index) =>
    follow(t, { host: `other ${index}`, address, timing: timingOf(interval, 60_000) }))
  await settled(() => hosts.every(({ collector }) => fits(collector.snapshot, well)))
  return { hosts, fakes }
}

/** Holds one fault against what every fault must leave alone. */
export async function withstand (t: Test, row: Row): Promise<void> {
  const before = resources()
  const bytes = memory()
  const { hosts, fakes } = await startOthers(t, row.interval ?? 50)
  const faulty = await startFaulty(t, row)
  const { fake, collector } = faulty

  let slowdown = Infinity
  for (let attempt = 1; attempt <= ATTEMPTS && slowdown > 1.2; attempt++) {
    if (attempt > 1) await faulty.end()
    const without = await cadence(hosts)
    await row.begin(fake, collector)
    const measuring = cadence(hosts)
    await settled(() => fits(collector.snapshot, row.says))
    slowdown = await measuring / without
  }
  t.match(collector.snapshot, row.says, 'the status says it')
  const { error } = collector.snapshot
  if (error) t.ok(error.message.startsWith(`${faulty.address}: GET /`), error.message)
  t.ok(slowdown <= 1.2, `the others are as fresh: ${slowdown.toFixed(2)} times their usual age`)
  t.ok(hosts.every(({ snapshots }) => !snapshots.some(({ error }) => error)), 'nothing shows on the others')
  await row.during?.(t, faulty)

  const { isWell, failed } = await faulty.end()
  t.ok(isWell, 'everything is back')
  t.ok(failed <= 1, `at the next try: ${failed} failed that was under way`)
  const most = row.sockets ?? 6
  await settled(() => fake.sockets.size <= most)
  t.ok(fake.sockets.size <= most, `${fake.sockets.size} sockets are kept`)
  await row.after?.(t, faulty)

  await Promise.all([faulty, ...hosts].map(host => host.stop()))
  await settled(() => fake.sockets.size === 0)
  t.equal(fake.sockets.size, 0, 'no socket is left')
  for (const { snapshots } of [faulty, ...hosts]) snapshots.length = 0
  let left = Infinity
  await settled(() => (left = memory() - bytes) < LEFT)
  t.ok(left < LEFT, `${(left / 2 ** 20).toFixed(1)} MB more are in use`)
  await Promise.all([fake, ...fakes].map(fake => fake.close()))
  await settled(() => resources().join() === before.join())
  t.strictSame(resources(), before, 'no timer, no handle is left')
}

/** Every row is a test. */
export function matrix (t: Test, rows: readonly Row[]): void {
  t.setTimeout(110_000)
  for (const row of rows) t.test(row.title, t => withstand(t, row))
}
