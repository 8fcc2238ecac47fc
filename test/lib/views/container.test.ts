import t from 'tap'
import { sampleOf as sampleFrom, withoutGains } from '../../../lib/collector/sample.ts'
import type { ContainerSnapshot, HostSnapshot } from '../../../lib/model/snapshot.ts'
import { parseStats, parsePodmanStats, type ContainerStats } from '../../../lib/engine/wire-stats.ts'
import { containerRow } from '../../../lib/views/container.ts'
import { startCollector } from '../../support/collector.ts'
import { containerList } from '../../support/fake-engine.ts'
import { fixture } from '../../support/fixture.ts'
import { containerSnapshot, hostSnapshot, sample } from '../../support/snapshots.ts'
import { until } from '../../support/until.ts'
import type { Sample } from '../../../lib/model/sample.ts'
import { memoryLimitOf } from '../../../lib/collector/container-snapshot.ts'

const config = { container: new Map(), tags: new Map(), labels: ['team'] }
const AT = Date.parse('2026-11-23T06:00:00Z')

function recorded (name: string): ContainerStats {
  const stats = parseStats(JSON.parse(fixture(name)))
  if (!stats) throw new Error(`${name} has no sample`)
  return stats
}

const sampleOf = (stats: ContainerStats, at: number, before: Sample | null) =>
  sampleFrom(stats, { at, atMonotonic: at }, before)

/** A recorded sample; the one before, 4 s earlier, has 0.5 CPU seconds and 400, 40 and 8 bytes less. */
function sampled (stats: ContainerStats): Sample {
  const first = sampleOf(stats, AT - 4000, null)
  const less = (value: unknown, by: number) => typeof value === 'number' ? value - by : null
  const { eth0, ...others } = first.interfaces ?? {}
  const [[device, { readBytes, writeBytes }] = ['none', { readBytes: null, writeBytes: null }]] =
    Object.entries(first.blockDevices ?? {})
  return sampleOf(stats, AT, {
    ...first,
    readAt: first.readAt - 4000,
    cpuNanoseconds: less(first.cpuNanoseconds, 2e9),
    interfaces: eth0
      ? { eth0: { ...eth0, rxBytes: less(eth0.rxBytes, 400), txBytes: less(eth0.txBytes, 40) }, ...others }
      : null,
    blockDevices: first.blockDevices && { [device]: { readBytes, writeBytes: less(writeBytes, 8) } }
  })
}

const engine: HostSnapshot['engine'] = {
  kind: 'docker',
  version: '28',
  apiVersion: '1.51',
  osType: 'linux',
  oneShot: 'direct',
  id: 'x',
  name: 'x',
  operatingSystem: null,
  cpus: 2,
  memoryBytes: 4e9
}

function row (given: Partial<ContainerSnapshot>, host: Partial<HostSnapshot> = {}) {
  const { sample = null, limits = null } = given
  const known = { ...engine, ...host.engine }
  const memoryLimitBytes = memoryLimitOf({ ...limits && { limits } }, sample, known.memoryBytes ?? null)
  const container = containerSnapshot({ memoryLimitBytes, ...given })
  return containerRow(hostSnapshot({ containers: [container], engine, ...host }), container, config)
}

t.test('shows every field of a container on cgroup v2', async t => {
  const labels = {
    'com.docker.compose.project': 'demo', 'com.docker.compose.service': 'web', 'dockstat.icon': 'web.png', team: 'edge'
  }
  const known = {
    health: 'healthy', exitCode: 0, oomKilled: false, startedAt: '2026-11-23T05:00:00Z', restartCount: 1, oomEvents: 2
  }
  const limits = { cpus: 0.5, memoryBytes: 64e6, pids: 50 }
  t.strictSame(row({ ...known, labels, limits, sample: sampled(recorded('cgroup2/stats-mem.json')) }), {
    host: 'nas',
    id: 'c0ffee',
    name: 'web',
    image: 'nginx',
    state: 'running',
    ...known,
    compose: { project: 'demo', service: 'web' },
    swarm: null,
    labels: { team: 'edge' },
    cpu: {
      available: true,
      usageNanoseconds: 1500153000,
      userNanoseconds: 212984000,
      systemNanoseconds: 1287168000,
      cores: 0.5,
      percent: 50,
      hostPercent: 25,
      limitCores: 0.5,
      throttling: { periods: 0, throttledPeriods: 0, throttledNanoseconds: 0 }
    },
    memory: {
      available: true,
      usageBytes: 21843968,
      workingSetBytes: 872448,
      cacheBytes: 20971520,
      swapBytes: null,
      limitBytes: 64e6,
      limitSet: true,
      percent: 100 * 872448 / 64e6
    },
    network: {
      scope: 'own',
      of: null,
      rxBytes: 2504,
      txBytes: 126,
      rxBytesPerSecond: 100,
      txBytesPerSecond: 10,
      interfaces: { eth0: { rxBytes: 2504, txBytes: 126, rxPackets: 50, txPackets: 3, rxDropped: 0, txDropped: 0 } }
    },
    blockIo: { readBytes: 0, writeBytes: 20971520, readBytesPerSecond: 0, writeBytesPerSecond: 2 },
    pids: { current: 1, limit: 50 },
    sampledAt: '2026-11-23T06:00:00.000Z',
    link: '',
    icon: 'web.png',
    tags: []
  })
})

t.test('handles other Engines, kernels and networks', async t => {
  const podman = parsePodmanStats({
    Stats: [{ ContainerID: 'aa', SystemNano: 1e18, CPUNano: 5e9, CPUSystemNano: 1e9, MemUsage: 7, MemLimit: 2 ** 64 }]
  })?.get('aa')
  if (!podman) throw new Error('no sample')
  const noMemory = { ...recorded('stats-one-shot.json'), memory: { ...podman.memory, usage: null } }
  const none = { scope: 'none', rxBytes: null, txBytes: null, rxBytesPerSecond: null, interfaces: null }
  const cases: [string, Partial<ContainerSnapshot>, object][] = [
    ['cgroup v1', { sample: sampled(recorded('stats-one-shot.json')) }, {
      memory: { usageBytes: 491520, workingSetBytes: 491520 - 110592, cacheBytes: 159744, limitSet: null },
      blockIo: { readBytes: null, writeBytes: null },
      pids: { current: 1, limit: null }
    }],
    ['throttled', { sample: sampled(recorded('cgroup2/stats-cpu.json')) }, {
      cpu: { throttling: { periods: 1288, throttledPeriods: 1234, throttledNanoseconds: 49009948000 } },
      blockIo: { readBytes: null, writeBytes: null, readBytesPerSecond: null }
    }],
    ['two networks', { sample: sampled(recorded('cgroup2/stats-two.json')) }, {
      network: { rxBytes: 2784, txBytes: 252, interfaces: { eth0: { rxBytes: 1392 }, eth1: { rxBytes: 1392 } } }
    }],
    ['Podman', { sample: sampleOf(podman, AT, null), limits: { cpus: null, memoryBytes: null, pids: 2048 } }, {
      cpu: { usageNanoseconds: 5e9, userNanoseconds: 4e9, limitCores: null, throttling: { periods: null } },
      memory: { workingSetBytes: 7, limitBytes: 4e9, limitSet: false },
      pids: { current: null, limit: 2048 }
    }],
    ['no memory cgroup', { sample: sampleOf(noMemory, AT, null) }, {
      cpu: { available: true },
      memory: { available: false, why: 'the Engine reports no memory (is the memory cgroup controller enabled?)' }
    }],
    ['no CPU time', { sample: sample({ memoryBytes: 1 }) }, {
      cpu: { available: false, why: 'the Engine reports no CPU time (is the cpu cgroup controller enabled?)' },
      memory: { available: true, limitBytes: 4e9 }
    }],
    ['host network', { networkMode: 'host', sample: sampled(recorded('cgroup2/stats-host.json')) }, {
      network: { ...none, scope: 'host' }
    }],
    ['no network', { networkMode: 'none', sample: sampled(recorded('stats-none.json')) }, { network: none }],
    ['connected later', { networkMode: 'none', networks: ['n1'], sample: sampled(recorded('stats-one-shot.json')) }, {
      network: { scope: 'own', rxBytes: Number, rxBytesPerSecond: 100 }
    }],
    ['of Podman Compose', { labels: { 'io.podman.compose.project': 'demo', 'io.podman.compose.service': 'web' } }, {
      compose: { project: 'demo', service: 'web' }
    }],
    ['of a stack', {
      labels: {
        'com.docker.stack.namespace': 'shop',
        'com.docker.swarm.service.name': 'shop_web',
        'com.docker.swarm.task.name': 'shop_web.1.abc'
      }
    }, { compose: null, swarm: { stack: 'shop', service: 'shop_web', task: 'shop_web.1.abc' } }],
    ['of a service without a stack', { labels: { 'com.docker.swarm.service.name': 'web' } }, {
      swarm: { stack: null, service: 'web', task: null }
    }],
    ['not inspected by Podman yet', { networkMode: null }, { network: { scope: null, of: null } }],
    ['a project without a service', { labels: { 'com.docker.compose.project': 'demo' } }, {
      compose: { project: 'demo', service: null }
    }],
    ['no project', {}, { compose: null, labels: {} }]
  ]
  for (const [title, given, expected] of cases) t.match(row(given), expected, title)
})

t.test('explains missing numbers', async t => {
  const stalled = { poll: { durationMs: 1, intervalMs: 1, isStalled: true } }
  const problem = { what: 'stats', code: 'ENGINE_TIMEOUT', message: 'no answer', since: '' }
  const failing = { problems: [{ ...problem, containers: ['web'] }] }
  const cases: [Partial<ContainerSnapshot>, Partial<HostSnapshot>, string][] = [
    [{ state: 'exited' }, {}, 'not running'],
    [{ state: 'restarting' }, stalled, 'not running'],
    [{ state: 'running' }, {}, 'no sample yet'],
    [{ state: 'paused' }, {}, 'no sample yet'],
    [{ state: 'running' }, stalled, 'the Engine returned no stats'],
    [{ state: 'running' }, failing, 'the Engine returned no stats: no answer']
  ]
  for (const [given, host, why] of cases) {
    const { cpu, memory, network, blockIo, pids, sampledAt } = row(given, host)
    t.strictSame([cpu, memory], [{ available: false, why }, { available: false, why }])
    const numbers = [network.rxBytes, network.txBytesPerSecond, network.interfaces, ...Object.values(blockIo)]
    for (const value of [...numbers, pids.current, pids.limit, sampledAt]) t.equal(value, null)
  }
})

t.test('rates are null once after a counter reset, and while polls return no samples', async t => {
  const stats = recorded('cgroup2/stats-io.json')
  const none = {
    cpu: { available: true, cores: null, percent: null, hostPercent: null },
    network: { rxBytes: 1412, rxBytesPerSecond: null, txBytesPerSecond: null },
    blockIo: { readBytesPerSecond: null, writeBytesPerSecond: null }
  }
  const before = { ...sampleOf(stats, AT - 4000, null), cpuNanoseconds: 9e15 }
  const reset = sampleOf(stats, AT, before)
  t.match(row({ sample: reset }), { cpu: none.cpu, network: { rxBytesPerSecond: 0 } })
  const next = { ...stats, read: new Date(reset.readAt + 4000).toISOString() }
  t.match(row({ sample: sampleOf(next, AT + 4000, reset) }), {
    cpu: { cores: 0, percent: 0, hostPercent: 0 }, network: { rxBytesPerSecond: 0 }
  })
  t.match(row({ sample: withoutGains(sampled(stats)) }), none)
})

t.test('the memory limit is the lowest known one', async t => {
  const cases = [
    [1000, 4000, 4000, 1000],
    [9000, 4000, 4000, 4000],
    [null, 3000, 4000, 3000],
    [null, null, 4000, 4000],
    [null, null, null, null],
    [64e6, null, 4e9, 64e6]
  ] as const
  for (const [set, said, host, limitBytes] of cases) {
    const limits = { cpus: null, memoryBytes: set, pids: null }
    const { memory } = row({ limits, sample: sample({ memoryBytes: 10, memoryLimitBytes: said }) }, {
      engine: engine && { ...engine, memoryBytes: host }
    })
    t.match(memory, { limitBytes, limitSet: set !== null, percent: limitBytes && 1000 / limitBytes })
  }
})

t.test('hostPercent is null if the number of CPUs is unknown', async t => {
  const used = sampled(recorded('stats-one-shot.json'))
  t.match(row({ sample: used }, { engine: null }).cpu, { percent: 50, hostPercent: null })
})

t.test('rates need a second sample and are null once after a reset', async t => {
  const { fake, snapshots } = await startCollector(t, { containers: containerList([{ id: 'aa' }]) })
  const recordedStats = JSON.parse(fixture('cgroup2/stats-io.json'))
  const seconds = [10, 11, 12, 1, 2]
  let polls = 0
  fake.handler = (request, response) => {
    if (!request.url?.includes('/stats?')) return false
    recordedStats.cpu_stats.cpu_usage.total_usage = (seconds[polls++] ?? polls) * 1e9
    response.end(JSON.stringify({ ...recordedStats, read: new Date().toISOString() }))
  }
  await until(() => polls > seconds.length + 1)
  const rates = new Map(snapshots.flatMap(snapshot => snapshot.containers.map(container => {
    const { cpu } = containerRow(snapshot, container, config)
    return [(cpu.usageNanoseconds ?? 0) / 1e9, cpu.cores] as const
  })))
  t.strictSame(seconds.map(second => typeof rates.get(second)), ['object', 'number', 'number', 'object', 'number'])
})
