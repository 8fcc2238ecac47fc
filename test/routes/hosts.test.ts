import t from 'tap'
import { build } from '../support/build.ts'
import { containerList, startFakeEngine } from '../support/fake-engine.ts'
import { fixture } from '../support/fixture.ts'
import { until } from '../support/until.ts'

const headers = { authorization: 'marked-secret' }

t.test('summarizes each host', async t => {
  const engine = await startFakeEngine(t, {
    containers: containerList([{ id: 'aa' }, { id: 'bb' }, { id: 'cc', state: 'exited' }]),
    info: JSON.stringify({ NCPU: 4, MemTotal: 4_000_000 }),
    stats: { bb: fixture('stats-host.json') }
  })
  const { app } = await build(t, { yaml: `hosts: { one: { url: ${engine.address} }, none: { url: unix:///nowhere } }` })
  await until(() => app.stats.snapshots().every(({ up, error }) => up || error))
  const { one, none } = (await app.inject({ url: '/hosts', headers })).json()
  const [stats] = Object.values((await app.inject({ url: '/stats', headers })).json<Record<string, {
    cpu_usage: number
    mem_usage: number
  }[]>>())
  const sum = (field: 'cpu_usage' | 'mem_usage') => (stats ?? []).reduce((total, row) => total + row[field], 0)
  t.ok(sum('mem_usage') > 0)
  t.strictSame(one, {
    containerCount: 3,
    totalCPUs: 4,
    totalMemory: 4_000_000,
    cpuUsage: sum('cpu_usage'),
    memoryUsage: (sum('mem_usage') / 40_000).toFixed(2),
    up: true,
    lastSeen: one.lastSeen,
    error: null
  })
  t.equal(new Date(one.lastSeen).toISOString(), one.lastSeen)
  t.strictSame(none, {
    containerCount: 0,
    totalCPUs: 0,
    totalMemory: 0,
    cpuUsage: 0,
    memoryUsage: '0.00',
    up: false,
    lastSeen: null,
    error: 'ENGINE_UNREACHABLE'
  })
})
