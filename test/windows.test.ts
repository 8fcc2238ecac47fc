import t from 'tap'
import { build } from './support/build.ts'
import { startFakeEngine } from './support/fake-engine.ts'
import { fixture } from './support/fixture.ts'
import { until } from './support/until.ts'

const headers = { authorization: 'marked-secret' }
const windows = (name: string) => fixture(`SYNTHETIC-windows-${name}.json`)
const [{ Id: id }] = JSON.parse(windows('list'))
const recorded = JSON.parse(windows('stats'))

/** CPU time that each sample adds, in units of 100 ns, and the seconds between samples. */
const GAIN = 5_000_000
const SECONDS = 1

/** The recorded sample, advanced by this number of samples. */
function later (samples: number, stats: object) {
  const { cpu_usage: usage } = recorded.cpu_stats
  const cpu = { ...usage, total_usage: usage.total_usage + samples * GAIN }
  const read = new Date(Date.parse(recorded.read) + samples * SECONDS * 1000).toISOString()
  return JSON.stringify({ ...recorded, ...stats, read, cpu_stats: { ...recorded.cpu_stats, cpu_usage: cpu } })
}

const ways: [title: string, header: string | null, stats: object][] = [
  ['headers and samples', 'windows', {}],
  ['headers alone', 'windows', { os_type: undefined }],
  ['samples alone', null, {}],
  ['counters that only Windows has', null, { os_type: undefined }]
]

for (const [title, osType, stats] of ways) {
  t.test(`recognizes a Windows Engine by its ${title}`, async t => {
    const fake = await startFakeEngine(t, {
      server: 'Docker/29.1.0 (windows)',
      apiVersion: '1.52',
      containers: windows('list'),
      info: windows('info'),
      details: { [id]: windows('inspect') }
    })
    let samples = 0
    fake.handler = (request, response) => {
      if (osType) response.setHeader('Ostype', osType)
      if (!request.url?.includes('/stats')) return false
      response.setHeader('Server', fake.server).setHeader('Api-Version', fake.apiVersion).end(later(samples++, stats))
    }
    const yaml = `mintimeout: ${SECONDS * 1000}\nhosts: { win: { url: '${fake.address}' } }`
    const { app } = await build(t, { yaml })
    await until(() => samples >= 2 && app.stats.snapshots()[0]?.containers[0]?.sample?.cpuCores != null)
    const get = async (url: string) => (await app.inject({ url, headers })).body
    const { cpu_usage: cpu, ...row } = JSON.parse(await get('/stats')).win[0]
    t.equal((cpu - 100 * recorded.cpu_stats.cpu_usage.total_usage) % (100 * GAIN), 0, 'nanoseconds')
    t.match(row, { name: 'win1', mem_usage: 33275904, mem_limit: 17179332608, net_rx: 1362, net_tx: 126 })
    const { cpu: usage, memory, blockIo, network } = JSON.parse(await get('/containers/win/win1'))
    t.equal(usage.cores, GAIN * 100 / 1e9 / SECONDS)
    t.equal(usage.hostPercent, 12.5, 'as docker stats shows it on Windows')
    t.match(memory, { available: true, workingSetBytes: 33275904, limitBytes: 17179332608, limitSet: false })
    t.match(blockIo, { readBytes: 18096128, writeBytes: 4194304, readBytesPerSecond: 0 })
    t.match(network, { scope: 'own', rxBytes: 1362 })
    t.match(JSON.parse(await get('/hosts/win')).engine, {
      osType: 'windows', operatingSystem: 'Microsoft Windows Server Version 21H2 (OS Build 20348.2700)', cpus: 4
    })
    t.match(await get('/metrics'), 'docker_container_memory_working_set_bytes{docker_host="win",name="win1"} 33275904')
  })
}
