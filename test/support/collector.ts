import type { Test } from 'tap'
import { Collector } from '../../lib/collector/collector.ts'
import type { HostSnapshot } from '../../lib/model/snapshot.ts'
import type { Resume } from '../../lib/collector/resume.ts'
import { timingOf, type CollectorTiming } from '../../lib/collector/timing.ts'
import { EngineClient } from '../../lib/engine/client.ts'
import type { EngineLimits } from '../../lib/engine/connection.ts'
import { startFakeEngine, type FakeEngine, type FakeEngineOptions } from './fake-engine.ts'
import { journalled } from './journal.ts'
import { until } from './until.ts'
import { configuration } from './snapshots.ts'

export const quick: CollectorTiming = { ...timingOf(10, 60_000), retryFirst: 10, settle: 10, steadyAfter: 20 }

/** Constant limits instead of adaptive ones, milliseconds. */
export const fixedLimits = (milliseconds: number): CollectorTiming['limits'] => {
  const bounds = { first: milliseconds, least: milliseconds, most: milliseconds }
  return { list: bounds, info: bounds, inspect: bounds, stats: bounds }
}

export interface Started {
  collector: Collector
  fake: FakeEngine
  log: string[]
  /** Every snapshot so far. */
  snapshots: HostSnapshot[]
  /** Resolves after this many more successful polls. */
  polled (polls?: number): Promise<void>
}

interface Options extends FakeEngineOptions {
  /** Instead of a new one. */
  fake?: FakeEngine
  resume?: Resume
  timing?: Partial<CollectorTiming>
  limits?: Partial<EngineLimits>
  /** The transport's limit of connections. */
  connections?: number
  phase?: number
}

/** Starts a collector with short waits and its fake Engine; both end with the test. */
export async function startCollector (t: Test, given: Options = {}): Promise<Started> {
  const { timing, limits, connections, phase = 0, resume, ...options } = given
  const fake = given.fake ?? await startFakeEngine(t, options)
  const engine = new EngineClient({ address: fake.address }, limits)
  if (connections) Object.defineProperty(engine, 'connections', { value: connections })
  const log: string[] = []
  const snapshots: HostSnapshot[] = []
  const write = (level: string) => (_fields: object, message: string) => { log.push(`${level} ${message}`) }
  const written = { info: write('info'), warn: write('warn') }
  const store = journalled(written)
  const collector = new Collector({
    host: 'one',
    configuration,
    engine,
    timing: { ...quick, ...timing },
    phase,
    resume,
    log: written,
    onSnapshot (snapshot) {
      store.put(snapshot)
      snapshots.push(snapshot)
    }
  })
  store.put(collector.snapshot)
  t.teardown(async () => {
    await collector.stop()
    await engine.close()
  })
  const polled = async (polls = 2) => {
    for (let poll = 0; poll < polls; poll++) {
      const { lastSeen } = collector.snapshot
      await until(() => collector.snapshot.lastSeen !== lastSeen)
    }
  }
  collector.start()
  return { collector, fake, log, snapshots, polled }
}

/** The container with this name in the latest snapshot. */
export const container = (collector: Collector, name: string) =>
  collector.snapshot.containers.find(entry => entry.name === name)
