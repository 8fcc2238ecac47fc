import t from 'tap'
import {
  parseContainers, parseDetails, parseEvent, parseInfo, parsePodmanStats, parseStats, swapDirections
} from '../../../lib/engine/wire.ts'
import { fixture } from '../../fixture.ts'

const stats = (name: string) => parseStats(JSON.parse(fixture(name)))

t.test('reads the recorded lists', async t => {
  const containers = parseContainers(JSON.parse(fixture('containers-all.json'))) ?? []
  t.match(containers[0], { id: /^[0-9a-f]{64}$/, names: [/^\/./], image: String, state: String, networkMode: String })
  const links = parseContainers(JSON.parse(fixture('containers-links.json'))) ?? []
  t.ok(links.some(({ names }) => names.length > 1))
})

t.test('reads a list with anything missing', async t => {
  const nothing = { names: [], image: '', state: 'unknown', status: '', networkMode: null, created: 0 }
  t.strictSame(parseContainers([{}, null, 'x', { Id: '' }, { Id: 'a' }, { Id: 'b', Names: null, HostConfig: null }]), [
    { id: 'a', ...nothing }, { id: 'b', ...nothing }
  ])
  t.equal(parseContainers({ message: 'no' }), null)
})

t.test('reads the recorded infos', async t => {
  t.strictSame(parseInfo(JSON.parse(fixture('v28/info.json'))), {
    id: '36543ed0-c09d-4111-b2e9-2538d2e6ba3a', name: 'vm', cpus: 2, memoryBytes: 25276510208
  })
  t.strictSame(parseInfo({ NCPU: 'two', MemTotal: -1 }), { id: null, name: null, cpus: null, memoryBytes: null })
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

t.test('lists come newest first, those of Podman too', async t => {
  const created = (name: string) =>
    parseContainers(JSON.parse(fixture(name)))?.map(container => container.created) ?? []
  for (const name of ['containers-all.json', 'podman-containers-all.json']) {
    t.strictSame(created(name), created(name).toSorted((a, b) => b - a), name)
  }
})

t.test('reads the recorded inspections', async t => {
  const details = (name: string) => parseDetails([JSON.parse(fixture(name))].flat()[0])
  t.match(details('container-inspect-health.json'), {
    names: ['/rc-health'], state: 'running', health: 'unhealthy', exitCode: 0, oomKilled: false, restartCount: 0
  })
  t.match(details('container-inspect-restarting.json'), { state: 'restarting', health: null, restartCount: Number })
  t.match(details('cgroup2/inspect-oom-killed.json'), { state: 'exited', exitCode: 137, oomKilled: true })
  t.match(details('cgroup2/inspect-oom-child-only.json'), { state: 'running', exitCode: 0, oomKilled: true })
  t.match(details('podman-inspect.json'), { health: null, networkMode: String, startedAt: String })
})

t.test('reads an inspection with anything missing', async t => {
  for (const body of [null, [], {}, { Id: 'a' }, { State: {} }]) t.equal(parseDetails(body), null)
  t.strictSame(parseDetails({ Id: 'a', State: { StartedAt: '0001-01-01T00:00:00Z' } }), {
    id: 'a',
    names: [],
    image: '',
    state: 'unknown',
    networkMode: null,
    health: null,
    exitCode: null,
    oomKilled: false,
    startedAt: null,
    restartCount: null
  })
})

t.test('reads the recorded events', async t => {
  const actions = (name: string) => fixture(name).trim().split('\n')
    .flatMap(line => line.startsWith('{') ? [parseEvent(JSON.parse(line))] : [])
  const unfiltered = actions('events-unfiltered.ndjson')
  t.ok(unfiltered.some(event => event === null), 'those of images and networks are none')
  const seen = new Set(['events.ndjson', 'events-health-oom.ndjson', 'podman-events.ndjson']
    .flatMap(actions).map(event => event?.action))
  for (const action of ['create', 'start', 'die', 'destroy', 'health_status', 'oom']) t.ok(seen.has(action), action)
  t.notOk(seen.has('remove'), 'Podman says remove, Docker destroy')
  t.match(actions('events.ndjson')[0], {
    action: 'create', name: 'rc-ev', image: 'bb:1', time: Number, key: /create$/
  })
})

t.test('an event with anything missing', async t => {
  for (const body of [null, {}, { Type: 'image' }, { Type: 'container' }, { Type: 'container', Action: 'start' }]) {
    t.equal(parseEvent(body), null)
  }
  t.match(parseEvent({ Type: 'container', Action: 'died', Actor: { ID: 'a' }, time: 7 }), {
    id: 'a', action: 'die', name: null, image: null, time: 7
  })
  const odd = parseEvent({ Type: 'container', Action: 'constructor', Actor: { ID: 'a' } })
  t.match(odd, { action: 'constructor', time: 0 })
})

t.test('reads the samples of Podman, of 4 and of 5', async t => {
  const used = { CPUNano: 5, MemUsage: 7, MemLimit: 2 ** 64 - 1, SystemNano: 1.795422275341e18 }
  const samples = parsePodmanStats({
    Error: null,
    Stats: [
      { ContainerID: 'four', ...used, NetInput: 90, NetOutput: 364 },
      { ContainerID: 'five', ...used, Network: { eth0: { RxBytes: 1, TxBytes: 2 }, eth1: {} } },
      {}
    ]
  })
  t.strictSame([...samples?.keys() ?? []], ['four', 'five'])
  t.match(samples?.get('four'), {
    read: '2026-11-23T08:24:35.341Z',
    cpuNanoseconds: 5,
    memory: { usage: 7, limit: null },
    networks: { all: { rxBytes: 90, txBytes: 364 } }
  })
  t.match(samples?.get('five'), { networks: { eth0: { rxBytes: 1, txBytes: 2 }, eth1: { rxBytes: 0, txBytes: 0 } } })
  const bare = parsePodmanStats({ Stats: [{ ContainerID: 'a' }] })?.get('a')
  t.match(bare, { networks: { all: { rxBytes: 0, txBytes: 0 } } })
  t.equal(parsePodmanStats({ Error: 'x', Stats: null }), null)
})

t.test('turns what was received and sent round', async t => {
  const sample = parsePodmanStats({ Stats: [{ ContainerID: 'a', NetInput: 1, NetOutput: 2 }] })?.get('a')
  if (!sample) throw new Error('no sample')
  t.strictSame(swapDirections(sample), { ...sample, networks: { all: { rxBytes: 2, txBytes: 1 } } })
  t.equal(swapDirections({ ...sample, networks: null }).networks, null)
})

t.test("puts Podman's states into Docker's words", async t => {
  const cases = [
    ['configured', 'created'], ['initialized', 'created'], ['stopping', 'running'], ['stopped', 'exited'],
    ['running', 'running'], ['restarting', 'restarting'], ['constructor', 'constructor']
  ] as const
  for (const [Status, state] of cases) {
    t.equal(parseDetails({ Id: 'a', State: { Status } })?.state, state)
    t.match(parseContainers([{ Id: 'a', State: Status }]), [{ state }])
  }
})
