import t from 'tap'
import type { Collector } from '../../lib/collector/collector.ts'
import type { HostSnapshot } from '../../lib/model/snapshot.ts'
import { containerList, detailsOf, type FakeEngine } from '../support/fake-engine.ts'
import { fixture } from '../support/fixture.ts'
import { ailing, matrix, settled, well, type Row } from './matrix.ts'
import type { Sample } from '../../lib/model/sample.ts'

const recorded = JSON.parse(fixture('v28/stats-one-shot.json'))

/** Values in place of a number, by the container that has them. */
const notNumbers = {
  quoted: '"NaN"',
  negative: '-1',
  huge: '-1e300',
  missing: null,
  nothing: 'null',
  none: '18446744073709551615',
  infinite: '1e400',
  list: '[]',
  object: '{}',
  logical: 'true'
}
const names = Object.keys(notNumbers)

function statsOf (text: string | null): string {
  const all = (...names: string[]) => text === null ? '' : names.map(name => `"${name}":${text}`).join()
  const network = `{${all('rx_bytes', 'tx_bytes')}}`
  return `{"read":"2026-11-23T05:42:02Z","cpu_stats":{"cpu_usage":{${all('total_usage')}}},
    "memory_stats":{${all('usage', 'limit')}},"networks":{"eth0":${network},"eth1":${network}}}`
}

const unknown: Partial<Sample> = {
  cpuNanoseconds: null, memoryBytes: null, memoryLimitBytes: null, rxBytes: null, txBytes: null
}

/** Whether all numbers of a snapshot are finite and not negative. */
function areSound ({ containers }: HostSnapshot): boolean {
  const numbers = containers.flatMap(({ sample }) => {
    const { interfaces, blockDevices, lastKnown, ...totals } = sample ?? {}
    const parts = [interfaces, blockDevices, lastKnown].flatMap(all => Object.values<object>(all ?? {}))
    return [totals, ...parts].flatMap<unknown>(group => Object.values(group))
  })
  return numbers.every(value => value === null || (Number.isFinite(value) && Number(value) >= 0))
}

const countersOf = (bytes: number) => JSON.stringify({
  ...recorded,
  cpu_stats: { cpu_usage: { total_usage: bytes } },
  networks: { eth0: { rx_bytes: bytes, tx_bytes: bytes } }
})
const allAt = (bytes: number) => ({ aa: countersOf(bytes), bb: countersOf(bytes), cc: countersOf(bytes) })

/** Restarts the Engine with its clock off by `by` milliseconds, in all timestamps that it sends. */
const clockOff = (by: number) => async (fake: FakeEngine, collector: Collector) => {
  await fake.close()
  await settled(() => !collector.snapshot.up)
  const engineTime = () => new Date(Date.now() + by)
  fake.stats = { aa: JSON.stringify({ ...recorded, read: engineTime().toISOString() }) }
  fake.details = Object.fromEntries(JSON.parse(fake.containers).map((entry: Parameters<typeof detailsOf>[0]) =>
    [entry.Id, detailsOf(entry, { StartedAt: engineTime().toISOString() })]))
  fake.handler = (_request, response) => {
    response.setHeader('Date', engineTime().toUTCString())
    return false
  }
  await fake.listen()
  await settled(() => collector.snapshot.up)
}

const hour = 3_600_000
const clocks = [['ahead', hour], ['behind', -hour]] as const

matrix(t, [
  {
    title: 'numbers that are text, negative, missing, null, 2^64-1 or infinite',
    options: { containers: containerList(names.map(id => ({ id }))) },
    begin (fake) {
      fake.stats = Object.fromEntries(Object.entries(notNumbers).map(([id, text]) => [id, statsOf(text)]))
    },
    says: { ...well, containers: names.map(id => ({ id, sample: unknown })) },
    during (t, { snapshots }) { t.ok(snapshots.every(areSound)) },
    sockets: 12
  },
  {
    title: 'a bare NaN, which is not valid JSON',
    begin (fake) { fake.stats = { aa: statsOf('NaN') } },
    says: {
      ...ailing('stats', 'ENGINE_BAD_ANSWER', /not JSON/),
      containers: [{ sample: { rxBytesDelta: null } }, { sample: { rxBytesDelta: 0 } }]
    },
    during (t, { snapshots, log }) {
      t.ok(snapshots.every(areSound))
      t.match(log.at(-1), /"stats" failed for aa: .*aa\/stats: .*not JSON/)
    }
  },
  {
    title: 'counters that decrease',
    begin (fake) {
      fake.stats = allAt(100) // less than the recorded ones
    },
    says: { ...well, containers: Array(3).fill({ sample: { cpuNanoseconds: 100, rxBytes: 100, rxBytesDelta: 0 } }) },
    during (t, { snapshots }) {
      t.ok(snapshots.every(areSound))
      const fallen = snapshots.find(({ containers }) => containers[0]?.sample?.rxBytes === 100)
      t.equal(fallen?.containers[0]?.sample?.rxBytesDelta, 100, 'the counter is treated as reset')
    }
  },
  ...clocks.map(([way, by]): Row => ({
    title: `an Engine clock that is an hour ${way}`,
    begin: clockOff(by),
    says: well,
    during (t, { collector: { snapshot }, fake }) {
      t.ok(snapshot.containers.every(({ sample }) => Math.abs(Number(sample?.at) - Date.now()) < hour / 2))
      t.ok(Math.abs(Number(snapshot.lastSeen) - Date.now()) < hour / 2, 'ages use our own clock')
      const asked = fake.requests.map(request => 1000 * Number(/since=([\d.]+)/.exec(request)?.[1])).filter(Boolean)
      const [since = 0, now] = [asked.at(-1), Date.now()]
      t.ok(since < now + by + hour / 2, 'events are not requested from the future')
      t.ok(since > Math.min(now, now + by) - hour / 2, 'events are requested from the last one on, before the step')
    }
  }))
])
