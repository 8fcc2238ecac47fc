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
import { configuration } from '../support/snapshots.ts'

/** A limit that stays constant instead of adapting. */
const within = (milliseconds: number) => ({ first: milliseconds, least: milliseconds, most: milliseconds })

/** The timing of the faulty host: short waits, but limits that a busy machine can meet. */
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

/** Polls of each host per measurement, and measurements before the test fails. */
const POLLS = 10
const ATTEMPTS = 6

export interface Scene {
  fake: FakeEngine
  collector: Collector
  snapshots: HostSnapshot[]
  log: string[]
}

/** One fault: how to start and end it, and the host status that it should cause. */
export interface Row {
  title: string
  options?: FakeEngineOptions
  timing?: Partial<CollectorTiming>
  limits?: Partial<EngineLimits>
  /** Milliseconds between two polls of the other hosts. */
  interval?: number
  /** Address to poll instead of the fake's own. */
  address? (t: Test, fake: FakeEngine): string | Promise<string>
  begin (fake: FakeEngine, collector: Collector): unknown
  /** Ends the fault. The responses of the fake are restored in any case. */
  end? (fake: FakeEngine): unknown
  /** Expected in the snapshot: values, or patterns for text. */
  says: object
  /** Further assertions during and after the fault. */
  during? (t: Test, scene: Scene): unknown
  after? (t: Test, scene: Scene): unknown
  /** Limit of open sockets after the fault. */
  sockets?: number
}

/** The status of a host that is down. `message` matches the text after the address and `GET `. */
export const down = (code: string, message: RegExp): object => ({ up: false, error: { code, message } })

export const well = {
  up: true,
  error: null,
  events: 'live',
  missingRights: { length: 0 },
  problems: { length: 0 },
  poll: { isStalled: false }
}

/** The status of a host that is up, with one failing call. */
export const ailing = (what: string, code: string, message: RegExp): object =>
  ({ up: true, error: null, problems: { length: 1, 0: { what, code, message } } })

function fits (value: unknown, pattern: unknown): boolean {
  if (pattern instanceof RegExp) return typeof value === 'string' && pattern.test(value)
  if (typeof pattern !== 'object' || pattern === null) return value === pattern
  return typeof value === 'object' && value !== null &&
    Object.entries(pattern).every(([key, part]) => fits(Reflect.get(value, key), part))
}

/** Waits until `check` holds, or gives up silently, because the assertion that follows reports more. */
export async function settled (check: () => unknown): Promise<void> {
  const end = performance.now() + 15_000
  while (!await check() && performance.now() < end) await sleep(10)
}

const resources = () => process.getActiveResourcesInfo().sort()

setFlagsFromString('--expose-gc')
const collectGarbage: () => void = runInNewContext('gc')

/** Bytes in use after a collection. */
function memory (): number {
  collectGarbage()
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}

/** Bytes that a test may leave behind, such as compiled code. */
const LEFT = 24 * 2 ** 20

interface HostOptions {
  host: string
  address: string
  timing: CollectorTiming
  limits?: Partial<EngineLimits> | undefined
  see?: (snapshot: HostSnapshot) => void
}

/** Starts polling a host, and records its snapshots, poll times and log. */
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
  const collector = new Collector({
    host, engine, configuration, timing, log: { info: write, warn: write }, onSnapshot
  })
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

/** The median time between polls, over the next polls of each host. */
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

async function startOthers (t: Test, interval: number) {
  const containers = containerList([{ id: 'dd' }, { id: 'ee' }])
  const fakes = await Promise.all([1, 2, 3].map(() => startFakeEngine(t, { containers })))
  const hosts = fakes.map(({ address }, index) =>
    follow(t, { host: `other ${index}`, address, timing: timingOf(interval, 60_000) }))
  await settled(() => hosts.every(({ collector }) => fits(collector.snapshot, well)))
  return { hosts, fakes }
}

/** Causes one fault and asserts that it affects nothing else and that everything recovers. */
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
  t.match(collector.snapshot, row.says, 'the status shows the fault')
  const { error } = collector.snapshot
  if (error) t.ok(error.message.startsWith(`${faulty.address}: GET /`), error.message)
  t.ok(slowdown <= 1.2, `the other hosts are polled as often: ${slowdown.toFixed(2)} times the usual interval`)
  t.ok(hosts.every(({ snapshots }) => !snapshots.some(({ error }) => error)), 'the other hosts show no error')
  await row.during?.(t, faulty)

  const { isWell, failed } = await faulty.end()
  t.ok(isWell, 'the host recovers')
  t.ok(failed <= 1, `the host recovers with the next attempt: ${failed} failed`)
  const most = row.sockets ?? 6
  await settled(() => fake.sockets.size <= most)
  t.ok(fake.sockets.size <= most, `${fake.sockets.size} sockets stay open`)
  await row.after?.(t, faulty)

  await Promise.all([faulty, ...hosts].map(host => host.stop()))
  await settled(() => fake.sockets.size === 0)
  t.equal(fake.sockets.size, 0, 'stopping closes all sockets')
  for (const { snapshots } of [faulty, ...hosts]) snapshots.length = 0
  let left = Infinity
  await settled(() => (left = memory() - bytes) < LEFT)
  t.ok(left < LEFT, `memory grew by ${(left / 2 ** 20).toFixed(1)} MB`)
  await Promise.all([fake, ...fakes].map(fake => fake.close()))
  await settled(() => resources().join() === before.join())
  t.strictSame(resources(), before, 'no timers or handles are left')
}

/** Runs each row as a test. */
export function matrix (t: Test, rows: readonly Row[]): void {
  t.setTimeout(110_000)
  for (const row of rows) t.test(row.title, t => withstand(t, row))
}
