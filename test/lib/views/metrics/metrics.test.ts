import t from 'tap'
import { createMetricsView } from '../../../../lib/views/metrics/metrics.ts'
import { containerSnapshot, hostSnapshot, sample } from '../../../support/snapshots.ts'

const plain = { labels: [], metrics: { profile: 'default' as const } }
const cadvisor = { labels: [], metrics: { profile: 'cadvisor' as const } }

const engine = {
  kind: 'docker',
  version: '28',
  apiVersion: '1.51',
  osType: 'linux',
  oneShot: 'direct',
  id: null,
  name: null,
  operatingSystem: null,
  cpus: 4,
  memoryBytes: 9
} as const
const interfaces = {
  eth0: { rxBytes: 1, txBytes: 2, rxPackets: 3, txPackets: 4, rxDropped: 5, txDropped: 6 }
}
const running = containerSnapshot({
  startedAt: '1970-01-01T00:00:07Z',
  limits: { cpus: 2, memoryBytes: null, pids: null },
  sample: sample({
    at: 12_500,
    cpuNanoseconds: 1e9,
    cpuUserNanoseconds: 1e9,
    cpuSystemNanoseconds: 1e9,
    memoryBytes: 1,
    memoryUsageBytes: 2,
    memoryCacheBytes: 3,
    memorySwapBytes: 4,
    blockReadBytes: 5,
    blockWriteBytes: 6,
    interfaces
  })
})
const stopped = containerSnapshot({ name: 'job', state: 'exited', startedAt: '1970-01-01T00:00:07Z' })

const samplesIn = (bytes: Buffer) => bytes.toString().split('\n').filter(line => line && !line.startsWith('#'))

t.test('writes one header per metric, then the samples of all hosts in order', async t => {
  const view = createMetricsView(plain)
  const hosts = ['b', 'a "1"'].map(host =>
    hostSnapshot({ host, up: true, isListed: false, containers: [stopped] }))
  const text = (await view(hosts, 'text')).toString()
  t.match(text, `; absent until the first poll ends
# TYPE docker_host_up gauge
docker_host_up{docker_host="b"} 1
docker_host_up{docker_host="a \\"1\\""} 1
# HELP `)
  t.match(text, `docker_container_state{docker_host="b",name="job",state="exited"} 1
docker_container_state{docker_host="a \\"1\\"",name="job",state="exited"} 1
# HELP `)
  t.equal(text.match(/^# TYPE docker_container_running /gm)?.length, 1)
  t.ok(text.endsWith('\n'))
})

t.test('both expositions have the same samples', async t => {
  const view = createMetricsView(cadvisor)
  const hosts = [hostSnapshot({ engine, up: true, containers: [running, stopped] }), hostSnapshot({ host: 'two' })]
  const [text, openmetrics] = await Promise.all([view(hosts, 'text'), view(hosts, 'openmetrics')])
  t.strictSame(samplesIn(text), samplesIn(openmetrics))
  t.match(openmetrics.toString(), '# TYPE docker_container info\n')
  t.notMatch(openmetrics.toString(), '\n\n', 'no empty line')
})

t.test('omits metrics without samples', async t => {
  t.notMatch(String(await createMetricsView(plain)([hostSnapshot()], 'text')), 'docker_container')
  t.equal((await createMetricsView(plain)([], 'text')).length, 0)
})

t.test('exports the newer of two containers that share a name', async t => {
  const names = { new: 'web\0', other: 'db', old: 'web' } // Prometheus cannot read NUL
  const containers = Object.entries(names).map(([id, name]) => containerSnapshot({ id, name }))
  const lines = samplesIn(await createMetricsView(plain)([hostSnapshot({ up: true, containers })], 'text'))
  t.strictSame(lines.filter(line => line.startsWith('docker_container_info')), [
    'docker_container_info{docker_host="nas",name="web",id="new",image="nginx"} 1',
    'docker_container_info{docker_host="nas",name="db",id="other",image="nginx"} 1'
  ])
  t.equal(new Set(lines).size, lines.length)
  t.ok(lines.includes('docker_host_containers{docker_host="nas",state="running"} 3'))
})

t.test('writes the samples of a snapshot once', async t => {
  let reads = 0
  const view = createMetricsView(plain)
  const counted = new Proxy(hostSnapshot({ containers: [running] }), {
    get (target, key, receiver) {
      if (key === 'containers') reads++
      return Reflect.get(target, key, receiver)
    }
  })
  const first = await view([counted], 'text')
  const afterFirst = reads
  t.ok(afterFirst > 0)
  t.strictSame(await view([counted], 'text'), first)
  await view([counted, hostSnapshot({ host: 'two' })], 'openmetrics')
  t.equal(reads, afterFirst)
})

t.test('the cadvisor profile adds the metrics of cAdvisor for running containers', async t => {
  const host = hostSnapshot({ engine, up: true, containers: [running, stopped] })
  const before = samplesIn(await createMetricsView(plain)([host], 'text'))
  const lines = samplesIn(await createMetricsView(cadvisor)([host], 'text'))
  t.strictSame(lines.slice(0, before.length), before)
  const labels = 'docker_host="nas",name="web",image="nginx",id="/docker/c0ffee"'
  t.strictSame(lines.slice(before.length), [
    'machine_cpu_cores{docker_host="nas"} 4',
    'machine_memory_bytes{docker_host="nas"} 9',
    `container_cpu_usage_seconds_total{${labels}} 1`,
    `container_cpu_user_seconds_total{${labels}} 1`,
    `container_cpu_system_seconds_total{${labels}} 1`,
    `container_memory_working_set_bytes{${labels}} 1`,
    `container_memory_usage_bytes{${labels}} 2`,
    `container_memory_cache{${labels}} 3`,
    `container_memory_swap{${labels}} 4`,
    `container_network_receive_bytes_total{${labels},interface="eth0"} 1`,
    `container_network_transmit_bytes_total{${labels},interface="eth0"} 2`,
    `container_fs_reads_bytes_total{${labels}} 5`,
    `container_fs_writes_bytes_total{${labels}} 6`,
    `container_start_time_seconds{${labels}} 7`,
    `container_spec_memory_limit_bytes{${labels}} 0`,
    `container_last_seen{${labels}} 12.5`
  ])
})

t.test('the memory limit of cAdvisor is 0 if none is set, and absent before inspection', async t => {
  const limitOf = async (limits: typeof running.limits) => {
    const snapshot = hostSnapshot({ containers: [{ ...running, limits, memoryLimitBytes: 64 }] })
    return samplesIn(await createMetricsView(cadvisor)([snapshot], 'text')).filter(line => line.includes('_spec_'))
  }
  t.match(await limitOf({ cpus: null, memoryBytes: 100, pids: null }), [/ 64$/], 'the effective limit')
  t.match(await limitOf({ cpus: null, memoryBytes: null, pids: null }), [/ 0$/])
  t.strictSame(await limitOf(null), [])
})
