import t from 'tap'
import type { ContainerSnapshot } from '../../../../lib/model/snapshot.ts'
import { containerFamilies } from '../../../../lib/views/metrics/containers.ts'
import { sampleLines } from '../../../../lib/views/metrics/family.ts'
import { containerSnapshot, sample } from '../../../support/snapshots.ts'
import type { Sample } from '../../../../lib/model/sample.ts'

const families = containerFamilies([])

function written (name: string, given: Partial<ContainerSnapshot>, shown: string[] = []) {
  const family = containerFamilies(shown).find(family => family.name === name)
  return family && sampleLines(family, '', containerSnapshot(given))
}

const limits = (given: Partial<ContainerSnapshot['limits']>): Partial<ContainerSnapshot> =>
  ({ limits: { cpus: null, memoryBytes: null, pids: null, ...given } })

const sampled = (given: Partial<Sample>): Partial<ContainerSnapshot> => ({ sample: sample(given) })

const eth0 = { rxBytes: 1, txBytes: 2, rxPackets: 3, txPackets: 4, rxDropped: 5, txDropped: 6 }
const eth1 = { rxBytes: 10, txBytes: 20, rxPackets: null, txPackets: 40, rxDropped: null, txDropped: 0 }
const interfaces = sampled({ interfaces: { eth0, eth1 } })

/** By name without prefix: the given values, and the expected line or lines without the name. */
const cases: [string, Partial<ContainerSnapshot>, string | string[]][] = [
  ['cpu_usage_seconds_total', sampled({ cpuNanoseconds: 24_064_939_738 }), ' 24.064939738'],
  ['cpu_user_seconds_total', sampled({ cpuUserNanoseconds: 1e9 }), ' 1'],
  ['cpu_system_seconds_total', sampled({ cpuSystemNanoseconds: 5e8 }), ' 0.5'],
  ['cpu_cfs_periods_total', sampled({ cpuPeriods: 7 }), ' 7'],
  ['cpu_cfs_throttled_periods_total', sampled({ cpuThrottledPeriods: 0 }), ' 0'],
  ['cpu_cfs_throttled_seconds_total', sampled({ cpuThrottledNanoseconds: 1_500_000 }), ' 0.0015'],
  ['cpu_limit_cores', limits({ cpus: 1.5 }), ' 1.5'],
  ['memory_working_set_bytes', sampled({ memoryBytes: 1 }), ' 1'],
  ['memory_usage_bytes', sampled({ memoryUsageBytes: 2 }), ' 2'],
  ['memory_cache_bytes', sampled({ memoryCacheBytes: 3 }), ' 3'],
  ['memory_swap_bytes', sampled({ memorySwapBytes: 0 }), ' 0'],
  ['memory_limit_bytes', { ...limits({ memoryBytes: 67108864 }), memoryLimitBytes: 67108864 }, ' 67108864'],
  ['oom_killed', { oomKilled: true }, ' 1'],
  ['oom_events_total', { oomEvents: 2 }, ' 2'],
  ['network_receive_bytes_total', interfaces, ['{interface="eth0"} 1', '{interface="eth1"} 10']],
  ['network_transmit_bytes_total', interfaces, ['{interface="eth0"} 2', '{interface="eth1"} 20']],
  ['network_receive_packets_total', interfaces, '{interface="eth0"} 3'],
  ['network_transmit_packets_total', interfaces, ['{interface="eth0"} 4', '{interface="eth1"} 40']],
  ['network_receive_packets_dropped_total', interfaces, '{interface="eth0"} 5'],
  ['network_transmit_packets_dropped_total', interfaces, ['{interface="eth0"} 6', '{interface="eth1"} 0']],
  ['fs_reads_bytes_total', sampled({ blockReadBytes: 4096 }), ' 4096'],
  ['fs_writes_bytes_total', sampled({ blockWriteBytes: 0 }), ' 0'],
  ['pids', sampled({ pids: 12 }), ' 12'],
  ['pids_limit', limits({ pids: 100 }), ' 100'],
  ['restarts_total', { restartCount: 3 }, ' 3'],
  ['health', { health: 'unhealthy' }, '{status="unhealthy"} 1'],
  ['state', { state: 'paused' }, '{state="paused"} 1'],
  ['running', { state: 'running' }, ' 1'],
  ['exit_code', { state: 'exited', exitCode: 137 }, ' 137'],
  ['start_time_seconds', { startedAt: '2026-11-23T11:00:00.123456789Z' }, ' 1795431600.123'],
  ['info', { id: 'c0ffee0123456789' }, '{id="c0ffee012345",image="nginx"} 1']
]

for (const [suffix, given, expected] of cases) {
  const name = `docker_container_${suffix}`
  t.test(name, async t => {
    t.equal(written(name, given), [expected].flat().map(line => `${name}${line}\n`).join(''))
  })
}

t.test('covers all metrics', async t => {
  t.strictSame(families.map(({ name }) => name), cases.map(([suffix]) => `docker_container_${suffix}`))
})

t.test('names match types, units are base units, and HELP texts fit into a table', async t => {
  for (const { name, type, help } of families) {
    t.equal(name.endsWith('_total'), type === 'counter', name)
    t.equal(name.endsWith('_info'), type === 'info', name)
    t.notMatch(help, /[|\n\\"]/)
  }
})

t.test('unknown values have no series', async t => {
  const lines = families.map(family => sampleLines(family, '', containerSnapshot({ state: 'exited' }))).join('')
  t.equal(lines, `docker_container_oom_events_total 0
docker_container_state{state="exited"} 1
docker_container_running 0
docker_container_info{id="c0ffee",image="nginx"} 1
`)
  const silent = containerSnapshot({ ...limits({}), ...sampled({}) })
  t.equal(families.map(family => sampleLines(family, '', silent)).join(''),
    lines.replace('"exited"', '"running"').replace('running 0', 'running 1'), 'an empty sample and empty limits')
})

t.test('only the state running counts as running', async t => {
  for (const state of ['created', 'paused', 'restarting', 'removing', 'exited', 'dead', 'unknown']) {
    t.equal(written('docker_container_running', { state }), 'docker_container_running 0\n', state)
  }
})

t.test('has no exit code until the run ends', async t => {
  for (const state of ['running', 'paused', 'created']) {
    t.equal(written('docker_container_exit_code', { state, exitCode: 0 }), '', state)
  }
  for (const state of ['restarting', 'exited', 'dead']) {
    t.equal(written('docker_container_exit_code', { state, exitCode: 0 }), 'docker_container_exit_code 0\n', state)
  }
})

t.test('counts traffic in a shared network once, for its owner', async t => {
  for (const { name } of families.filter(({ labels }) => labels?.includes('interface'))) {
    t.equal(written(name, { ...interfaces, networkMode: 'container:c0ffee' }), '', name)
    t.not(written(name, { ...interfaces, networkMode: null }), '', name)
    t.equal(written(name, sampled({ interfaces: null })), '', name)
  }
})

t.test('an invalid time has no series', async t => {
  t.equal(written('docker_container_start_time_seconds', { startedAt: 'yesterday' }), '')
})

t.test('exports the configured labels under valid Prometheus names', async t => {
  const labels = {
    'com.docker.compose.project': 'edge',
    'com.docker.compose.service': 'proxy',
    'a.b': 'dot',
    'a-b': 'dash',
    'ü/name': 'quoted "é"',
    docker_host: 'user',
    secret: 'hidden'
  }
  const name = 'docker_container_info'
  const known = 'id="c0ffee",image="nginx",compose_project="edge",compose_service="proxy"'
  t.equal(written(name, { labels }), `${name}{${known}} 1\n`)
  t.equal(written(name, { labels }, ['a-b', 'a.b', 'ü/name', 'docker_host', 'missing', 'a-b']), `${name}{${known},` +
    'container_label_a_b="dash",container_label___name="quoted \\"é\\"",container_label_docker_host="user"} 1\n')
  t.equal(written(name, { labels: { 'a.b': 'dot' } }, ['a-b', 'a.b']),
    `${name}{id="c0ffee",image="nginx",container_label_a_b="dot"} 1\n`, 'the first label with a value wins')
})

t.test('exports Swarm stack, service and task', async t => {
  const labels = {
    'com.docker.stack.namespace': 'shop',
    'com.docker.swarm.service.name': 'shop_web',
    'com.docker.swarm.task.name': 'shop_web.1.abc'
  }
  const told = 'swarm_stack="shop",swarm_service="shop_web",swarm_task="shop_web.1.abc"'
  t.equal(written('docker_container_info', { labels }), `docker_container_info{id="c0ffee",image="nginx",${told}} 1\n`)
})
