import type { Test } from 'tap'
import { containerList, detailsOf, startFakeEngine, type FakeEngine } from '../support/fake-engine.ts'
import { fixture } from '../support/fixture.ts'

const recorded = JSON.parse(fixture('cgroup2/stats-io.json'))

const containers = containerList([{ id: 'aa', names: ['/web'] }, { id: 'bb', names: ['/gone'] }])

/** Starts a fake Engine with two busy containers, whose counters all move. */
export async function startMovingEngine (t: Test): Promise<FakeEngine & { restart (id: string): void }> {
  const begun: Record<string, number> = { aa: Date.now() - 3_600_000, bb: Date.now() - 3_600_000 }
  const fake = await startFakeEngine(t, { containers })

  function statsOf (id: string): string {
    const seconds = (Date.now() - Number(begun[id])) / 1000
    const counter = (perSecond: number) => Math.round(perSecond * seconds)
    return JSON.stringify({
      ...recorded,
      read: new Date().toISOString(),
      cpu_stats: {
        cpu_usage: {
          total_usage: counter(5e8), usage_in_usermode: counter(4e8), usage_in_kernelmode: counter(1e8)
        },
        throttling_data: { periods: counter(10), throttled_periods: counter(5), throttled_time: counter(1e8) }
      },
      networks: { eth0: { ...recorded.networks.eth0, rx_bytes: counter(1000), tx_bytes: counter(500) } },
      blkio_stats: {
        io_service_bytes_recursive: [{ op: 'read', value: counter(4096) }, { op: 'write', value: counter(8192) }]
      }
    })
  }

  function move () {
    for (const id of Object.keys(begun)) fake.stats[id] = statsOf(id)
  }

  function describe (id: string) {
    const entry = JSON.parse(containers).find(({ Id }: { Id: string }) => Id === id)
    const StartedAt = new Date(Number(begun[id])).toISOString()
    const details = JSON.parse(detailsOf(entry, { StartedAt, Health: { Status: 'unhealthy' } }))
    fake.details[id] = JSON.stringify({ ...details, HostConfig: { ...details.HostConfig, Memory: 67108864 } })
  }

  move()
  for (const id of Object.keys(begun)) describe(id)
  const timer = setInterval(move, 100)
  t.teardown(() => clearInterval(timer))
  return Object.assign(fake, {
    restart (id: string) {
      begun[id] = Date.now()
      move()
      describe(id)
      fake.emit('die', id)
      fake.emit('start', id)
    }
  })
}
