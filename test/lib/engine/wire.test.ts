import t from 'tap'
import { parseContainers, parseInfo, parseStats } from '../../../lib/engine/wire.ts'
import { fixture } from '../../fixture.ts'

const stats = (name: string) => parseStats(JSON.parse(fixture(name)))

t.test('reads the recorded lists', async t => {
  const containers = parseContainers(JSON.parse(fixture('containers-all.json'))) ?? []
  t.match(containers[0], { id: /^[0-9a-f]{64}$/, names: [/^\/./], image: String, state: String, networkMode: String })
  const links = parseContainers(JSON.parse(fixture('containers-links.json'))) ?? []
  t.ok(links.some(({ names }) => names.length > 1))
})

t.test('reads a list with anything missing', async t => {
  t.strictSame(parseContainers([{}, null, 'x', { Id: '' }, { Id: 'a' }, { Id: 'b', Names: null, HostConfig: null }]), [
    { id: 'a', names: [], image: '', state: 'unknown', networkMode: null },
    { id: 'b', names: [], image: '', state: 'unknown', networkMode: null }
  ])
  t.equal(parseContainers({ message: 'no' }), null)
})

t.test('reads the recorded infos', async t => {
  t.strictSame(parseInfo(JSON.parse(fixture('v28/info.json'))), { cpus: 2, memoryBytes: 25276510208 })
  t.strictSame(parseInfo({ NCPU: 'two', MemTotal: -1 }), { cpus: null, memoryBytes: null })
  t.equal(parseInfo(null), null)
})

t.test('reads samples of cgroup v1', async t => {
  t.strictSame(stats('v28/stats-one-shot.json'), {
    read: '2026-11-23T05:42:02.593925289Z',
    cpuNanoseconds: 24064939738,
    memory: { usage: 344064, limit: 25276510208, totalInactiveFile: 0, inactiveFile: 0 },
    networks: { eth0: { rxBytes: 1362, txBytes: 126 }, eth1: { rxBytes: 1362, txBytes: 126 } }
  })
})

t.test('reads samples of cgroup v2', async t => {
  t.match(stats('cgroup2/stats-mem.json'), {
    memory: { usage: 21843968, limit: 67108864, totalInactiveFile: null, inactiveFile: 20971520 }
  })
  t.match(stats('SYNTHETIC-cgroupv2-v29-stats.json'), { cpuNanoseconds: Number })
})

t.test('host and none networks are unknown, not zero', async t => {
  for (const name of ['stats-host.json', 'stats-none.json', 'cgroup2/stats-host.json', 'cgroup2/stats-none.json']) {
    t.equal(stats(name)?.networks, null, name)
  }
})

t.test('what is no sample is none', async t => {
  for (const name of ['stats-exited.json', 'stats-created.json', 'stats-restarting.json', 'cgroup2/stats-oom.json']) {
    t.equal(stats(name), null, name)
  }
  const { read, ...rest } = JSON.parse(fixture('stats-one-shot.json'))
  const bodies = [null, { message: 'invalid id: id is empty' }, [], 'x', rest, { read }, { read, cpu_stats: null }]
  for (const body of bodies) {
    t.equal(parseStats(body), null, JSON.stringify(body)?.slice(0, 60))
  }
})

t.test('numbers that cannot be are unknown', async t => {
  const read = '2026-11-23T05:42:02Z'
  for (const odd of [2 ** 64 - 1, -1, NaN, '12', null, undefined, {}]) {
    const sample = parseStats({
      read,
      cpu_stats: { cpu_usage: { total_usage: odd } },
      memory_stats: { usage: odd, limit: odd, stats: { inactive_file: odd } },
      networks: { eth0: { rx_bytes: odd, tx_bytes: 7 }, eth1: null }
    })
    t.strictSame(sample, {
      read,
      cpuNanoseconds: null,
      memory: { usage: null, limit: null, totalInactiveFile: null, inactiveFile: null },
      networks: { eth0: { rxBytes: 0, txBytes: 7 }, eth1: { rxBytes: 0, txBytes: 0 } }
    }, String(odd))
  }
})
