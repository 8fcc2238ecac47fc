import t from 'tap'
import { hostSummary } from '../../../lib/views/hosts.ts'
import { containerSnapshot, hostSnapshot, sample } from '../../support/snapshots.ts'

const engine = {
  kind: 'docker',
  version: '28.5.2',
  apiVersion: '1.51',
  osType: 'linux',
  operatingSystem: null,
  oneShot: 'direct',
  id: null,
  name: null,
  cpus: 4,
  memoryBytes: 8_000
} as const
const using = (cpuNanoseconds: number | null, memoryBytes: number | null) =>
  containerSnapshot({ sample: sample({ cpuNanoseconds, memoryBytes }) })

t.test('summarizes a host', async t => {
  const containers = [using(10, 1_000), using(20, 539), containerSnapshot({ state: 'exited' })]
  const lastSeen = Date.UTC(2025, 0, 2, 3, 4, 5, 6)
  const summary = hostSummary(hostSnapshot({ up: true, lastSeen, engine, containers }))
  t.equal(JSON.stringify(summary), JSON.stringify({
    containerCount: 3,
    totalCPUs: 4,
    totalMemory: 8_000,
    cpuUsage: 30,
    memoryUsage: '19.24',
    up: true,
    lastSeen: '2025-01-02T03:04:05.006Z',
    error: null
  }))
})

t.test('shows zeros and the error for a host that was never reached', async t => {
  t.strictSame(hostSummary(hostSnapshot({ error: { code: 'ENGINE_REFUSED', message: 'no' } })), {
    containerCount: 0,
    totalCPUs: 0,
    totalMemory: 0,
    cpuUsage: 0,
    memoryUsage: '0.00',
    up: false,
    lastSeen: null,
    error: 'ENGINE_REFUSED'
  })
})

t.test('unknown values are 0, including the memory of the host', async t => {
  const containers = [using(null, null), using(5, 100)]
  const unknown = { ...engine, cpus: null, memoryBytes: null }
  t.match(hostSummary(hostSnapshot({ engine: unknown, containers })), {
    containerCount: 2, totalCPUs: 0, totalMemory: 0, cpuUsage: 5, memoryUsage: '0.00'
  })
})

t.test('memoryUsage is a string with two decimals', async t => {
  for (const [bytes, expected] of [[0, '0.00'], [8_000, '100.00'], [4_000, '50.00'], [1, '0.01']] as const) {
    t.equal(hostSummary(hostSnapshot({ engine, containers: [using(0, bytes)] })).memoryUsage, expected)
  }
})
