import type { FakeEngine } from './fake-engine.ts'
import { fixture } from './fixture.ts'

const like = JSON.parse(fixture('v28/stats-one-shot.json'))

/** Lets all containers of a fake Engine use some CPU, memory, network and disk, with figures that always change. */
export function enliven (engine: FakeEngine): void {
  engine.handler = ({ url = '' }, response) => {
    if (!/\/containers\/\w+\/stats/.test(url)) return false
    const now = Date.now()
    const used = Math.round(now * 3e5 + Math.sin(now / 3000) * 3e8)
    response.writeHead(200, { 'Content-Type': 'application/json' }).end(JSON.stringify({
      ...like,
      read: new Date(now).toISOString(),
      cpu_stats: {
        ...like.cpu_stats,
        cpu_usage: { ...like.cpu_stats.cpu_usage, total_usage: used },
        system_cpu_usage: now * 2e6
      },
      blkio_stats: {
        io_service_bytes_recursive: [
          { major: 8, minor: 0, op: 'read', value: now * 4 }, { major: 8, minor: 0, op: 'write', value: now }
        ]
      },
      memory_stats: { ...like.memory_stats, usage: 5e7 + now % 1e6, limit: 2 ** 34 },
      networks: { eth0: { ...like.networks.eth0, rx_bytes: now * 3, tx_bytes: now * 2 } }
    }))
  }
}
