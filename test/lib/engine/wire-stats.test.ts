import t from 'tap'
import { parsePodmanStats, parseStats, swapDirections } from '../../../lib/engine/wire-stats.ts'
import { fixture } from '../../support/fixture.ts'

const unknown = { rxPackets: null, txPackets: null, rxDropped: null, txDropped: null }
const quiet = { rxBytes: 1362, txBytes: 126, rxPackets: 17, txPackets: 3, rxDropped: 0, txDropped: 0 }

const stats = (name: string) => parseStats(JSON.parse(fixture(name)))

t.test('parses samples on cgroup v1', async t => {
  t.strictSame(stats('v28/stats-one-shot.json'), {
    read: '2026-11-23T05:42:02.593925289Z',
    cpu: {
      total: 24064939738,
      user: 23960000000,
      system: 90000000,
      periods: 0,
      throttledPeriods: 0,
      throttled: 0
    },
    memory: { usage: 344064, limit: 25276510208, cache: 0, swap: null, totalInactiveFile: 0, inactiveFile: 0 },
    networks: { eth0: quiet, eth1: quiet },
    blockIo: null,
    pids: { current: 1, limit: null }
  })
})

t.test('parses samples on cgroup v2', async t => {
  t.match(stats('cgroup2/stats-mem.json'), {
    memory: { usage: 21843968, limit: 67108864, cache: Number, swap: null, inactiveFile: 20971520 },
    pids: { current: 1, limit: Number }
  })
  t.match(stats('SYNTHETIC-cgroupv2-v29-stats.json'), { cpu: { total: Number } })
  t.match(stats('cgroup2/stats-io.json'), { blockIo: { '254:0': { readBytes: 137363456, writeBytes: 137904128 } } })
  t.equal(stats('SYNTHETIC-cgroupv2-no-io-stats.json')?.blockIo, null)
})

t.test('treats the networks of modes host and none as unknown, not zero', async t => {
  for (const name of ['stats-host.json', 'stats-none.json', 'cgroup2/stats-host.json', 'cgroup2/stats-none.json']) {
    t.equal(stats(name)?.networks, null, name)
  }
})

t.test('returns null without a sample', async t => {
  for (const name of ['stats-exited.json', 'stats-created.json', 'stats-restarting.json', 'cgroup2/stats-oom.json']) {
    t.equal(stats(name), null, name)
  }
  const { read, ...rest } = JSON.parse(fixture('stats-one-shot.json'))
  const bodies = [null, { message: 'invalid id: id is empty' }, [], 'x', rest, { read }, { read, cpu_stats: null }]
  for (const body of bodies) {
    t.equal(parseStats(body), null, JSON.stringify(body)?.slice(0, 60))
  }
})

t.test('treats impossible numbers as unknown', async t => {
  const read = '2026-11-23T05:42:02Z'
  for (const odd of [2 ** 64 - 1, -1, NaN, '12', null, undefined, {}]) {
    const sample = parseStats({
      read,
      cpu_stats: { cpu_usage: { total_usage: odd } },
      memory_stats: { usage: odd, limit: odd, stats: { inactive_file: odd } },
      networks: { eth0: { rx_bytes: odd, tx_bytes: 7 }, eth1: null },
      blkio_stats: {
        io_service_bytes_recursive: [
          { major: 8, minor: 0, op: 'Read', value: odd }, { major: 8, minor: 0, op: 'Read', value: 1 },
          { op: 7, value: 7 }, null
        ]
      },
      pids_stats: { current: odd, limit: odd }
    })
    t.strictSame(sample, {
      read,
      cpu: { total: null, user: null, system: null, periods: null, throttledPeriods: null, throttled: null },
      memory: { usage: null, limit: null, cache: null, swap: null, totalInactiveFile: null, inactiveFile: null },
      networks: {
        eth0: { ...unknown, rxBytes: null, txBytes: 7 },
        eth1: { ...unknown, rxBytes: null, txBytes: null }
      },
      blockIo: { '8:0': { readBytes: null, writeBytes: 0 } },
      pids: { current: null, limit: null }
    }, String(odd))
  }
})

t.test('parses samples of Podman 4 and 5', async t => {
  const used = { CPUNano: 5, CPUSystemNano: 2, BlockInput: 8, BlockOutput: 9, PIDs: 3, MemUsage: 7 }
  const rest = { MemLimit: 2 ** 64 - 1, SystemNano: 1.795422275341e18 }
  const samples = parsePodmanStats({
    Error: null,
    Stats: [
      { ContainerID: 'four', ...used, ...rest, NetInput: 90, NetOutput: 364 },
      { ContainerID: 'five', ...used, ...rest, Network: { eth0: { RxBytes: 1, TxBytes: 2 }, eth1: {} } },
      {}
    ]
  })
  t.strictSame([...samples?.keys() ?? []], ['four', 'five'])
  t.match(samples?.get('four'), {
    read: '2026-11-23T08:24:35.341Z',
    cpu: { total: 5, user: 3, system: 2 },
    blockIo: { all: { readBytes: 8, writeBytes: 9 } },
    pids: { current: 3, limit: null },
    memory: { usage: 7, limit: null },
    networks: { all: { rxBytes: 90, txBytes: 364 } }
  })
  const five = { eth0: { rxBytes: 1, txBytes: 2 }, eth1: { rxBytes: null, txBytes: null } }
  t.match(samples?.get('five'), { networks: five })
  const bare = parsePodmanStats({ Stats: [{ ContainerID: 'a' }] })?.get('a')
  t.match(bare, { networks: { all: { rxBytes: null, txBytes: null } }, cpu: { user: null }, blockIo: null })
  t.equal(parsePodmanStats({ Error: 'x', Stats: null }), null)
})

t.test('swaps received and sent', async t => {
  const sample = parsePodmanStats({ Stats: [{ ContainerID: 'a', NetInput: 1, NetOutput: 2 }] })?.get('a')
  if (!sample) throw new Error('no sample')
  t.strictSame(swapDirections(sample), { ...sample, networks: { all: { ...unknown, rxBytes: 2, txBytes: 1 } } })
  t.equal(swapDirections({ ...sample, networks: null }).networks, null)
})

t.test('parses samples on Windows: CPU in units of 100 ns, private working set, storage', async t => {
  const expected = {
    cpu: { total: 984_375_000, user: 421_875_000, system: 468_750_000 },
    memory: { usage: 33275904, limit: null, cache: null },
    networks: { '6b2c1f2e-0000-0000-0000-000000000000': { rxBytes: 1362, txBytes: 126 } },
    blockIo: { storage: { readBytes: 18096128, writeBytes: 4194304 } },
    pids: { current: null }
  }
  const recorded = JSON.parse(fixture('SYNTHETIC-windows-stats.json'))
  t.match(parseStats(recorded), expected, 'by its own word')
  const { os_type: osType, ...older } = recorded
  t.match(parseStats(older, 'windows'), expected, 'by that of the Engine')
  t.match(parseStats(older), expected, 'by what only Windows counts')
  for (const said of ['', null]) t.match(parseStats({ ...older, os_type: said }), expected, `os_type ${said}`)
  t.match(parseStats({ ...older, os_type: 'Windows' }), expected, 'in capitals')
  t.match(parseStats({ ...older, storage_stats: {} }, 'windows'), { blockIo: null })
  const linux = JSON.parse(fixture('SYNTHETIC-cgroupv2-v29-stats.json'))
  t.match(parseStats({ ...linux, num_procs: 4 }), { cpu: { total: linux.cpu_stats.cpu_usage.total_usage } })
})

t.test('sums up all entries of a device, and excludes loopback', async t => {
  const entries = [['Read', 1], ['read', 2], ['Write', 4], ['Total', 9]]
    .map(([op, value]) => ({ major: 8, minor: 1, op, value }))
  const sample = parseStats({
    read: 'x',
    cpu_stats: {},
    networks: { lo: { rx_bytes: 1 } },
    blkio_stats: { io_service_bytes_recursive: [...entries, { major: 8, minor: 2, op: 'Discard', value: 1 }] }
  })
  t.match(sample, { networks: null, blockIo: { '8:1': { readBytes: 3, writeBytes: 4 } } })
  t.strictSame(Object.keys(sample?.blockIo ?? {}), ['8:1'])
  t.equal(parseStats({ read: 'x', cpu_stats: {}, blkio_stats: { io_service_bytes_recursive: [null] } })?.blockIo, null)
})
