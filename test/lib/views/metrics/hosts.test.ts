import t from 'tap'
import type { HostSnapshot } from '../../../../lib/model/snapshot.ts'
import { sampleLines } from '../../../../lib/views/metrics/family.ts'
import { hostFamilies } from '../../../../lib/views/metrics/hosts.ts'
import { serviceFamilies } from '../../../../lib/views/metrics/service.ts'
import { containerSnapshot, hostSnapshot } from '../../../support/snapshots.ts'

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
  memoryBytes: 8_000_000
} as const

const containers = ['running', 'exited', 'running', 'odd'].map(state => containerSnapshot({ state }))
const problems = [
  { what: 'stats', code: 'ENGINE_TIMEOUT', message: '', since: '', containers: ['web', 'db'] },
  { what: 'info', code: 'ENGINE_FAILED', message: '', since: '', containers: [] }
]
const poll = { durationMs: 84, intervalMs: 5000, isStalled: false }

const written = (name: string, given: Partial<HostSnapshot>) =>
  hostFamilies.filter(family => family.name === name)
    .map(family => sampleLines(family, '', hostSnapshot(given))).join('')

const states = (counts: Record<string, number>) =>
  Object.entries({ created: 0, running: 0, paused: 0, restarting: 0, removing: 0, exited: 0, dead: 0, ...counts })
    .map(([state, count]) => `{state="${state}"} ${count}`)

const REASONS = ['REFUSED', 'UNREACHABLE', 'PERMISSION', 'DESCRIPTORS', 'SSH', 'TIMEOUT', 'DISCONNECTED', 'TLS',
  'FORBIDDEN', 'NOT_FOUND', 'GONE', 'FAILED', 'VERSION', 'BAD_ANSWER', 'STALLED']

const reasons = (counts: Record<string, number>) =>
  Object.entries({ ...Object.fromEntries(REASONS.map(reason => [`ENGINE_${reason}`, 0])), ...counts })
    .map(([reason, count]) => `{reason="${reason}"} ${count}`)

/** The given values, and the expected lines without the name. */
const cases: [string, Partial<HostSnapshot>, string | string[]][] = [
  ['docker_host_up', { up: true }, ' 1'],
  ['docker_host_problems', { problems }, [
    '{what="stats",code="ENGINE_TIMEOUT"} 2', '{what="info",code="ENGINE_FAILED"} 1'
  ]],
  ['docker_host_cpus', { engine }, ' 4'],
  ['docker_host_memory_bytes', { engine }, ' 8000000'],
  ['docker_host_containers', { up: true, containers }, states({ running: 2, exited: 1, odd: 1 })],
  ['docker_host_info', { engine }, '{engine="docker",version="28.5.2",api_version="1.51"} 1'],
  ['docker_host_certificate_expiry_timestamp_seconds', { certificateExpiresAt: '2026-12-01T00:00:00.000Z' },
    ' 1796083200'],
  ['dockstatapi_poll_duration_seconds', { poll }, ' 0.084'],
  ['dockstatapi_poll_interval_seconds', { poll }, ' 5'],
  ['dockstatapi_poll_last_success_timestamp_seconds', { lastSeen: 1_795_431_600_123 }, ' 1795431600.123'],
  ['dockstatapi_poll_errors_total', { pollErrors: { ENGINE_TLS: 3, OTHER: 1 } },
    reasons({ ENGINE_TLS: 3, OTHER: 1 })],
  ['dockstatapi_engine_requests_total', { requests: { ping: 1, list: 2 } },
    ['{endpoint="ping"} 1', '{endpoint="list"} 2']],
  ['docker_container_events_total', {
    containers: [containerSnapshot({ name: 'web' }), containerSnapshot({ name: 'db' })],
    transitionCounts: [{ name: 'web', action: 'die', count: 2 }, { name: 'gone', action: 'destroy', count: 1 }]
  }, ['{name="web",action="die"} 2', '{name="db",action="die"} 0', '{name="gone",action="destroy"} 1']]
]

for (const [name, given, expected] of cases) {
  t.test(name, async t => {
    t.equal(written(name, given), [expected].flat().map(line => `${name}${line}\n`).join(''))
  })
}

t.test('covers all metrics', async t => {
  t.strictSame(hostFamilies.map(({ name }) => name), cases.map(([name]) => name))
})

t.test('a host that was never reached has no values, and is down once a poll fails', async t => {
  const rest = ['dockstatapi_poll_interval_seconds 5',
    ...reasons({}).map(line => `dockstatapi_poll_errors_total${line}`), '']
  const lines = (up: boolean | null) =>
    hostFamilies.map(family => sampleLines(family, '', hostSnapshot({ up }))).join('')
  t.equal(lines(false), ['docker_host_up 0', ...rest].join('\n'))
  t.equal(lines(null), rest.join('\n'))
  t.equal(written('docker_host_info', { engine: { ...engine, version: null } }),
    'docker_host_info{engine="docker",api_version="1.51"} 1\n')
})

t.test('counts containers only while they are known', async t => {
  const lines = (given: Partial<HostSnapshot>) => written('docker_host_containers', given).split('\n').length - 1
  t.equal(lines({ up: true, containers: [] }), 7, 'none')
  t.equal(lines({ up: false, containers }), 8, 'recently unreachable')
  t.equal(lines({ up: false, containers: [] }), 0, 'unknown')
  t.equal(lines({ up: true, isListed: false, containers }), 0, 'no list available')
})

t.test('exports the version, the configuration, and what /stream, notifications and history do', async t => {
  const stream = { clients: 2, events: { snapshot: 2, update: 7 }, dropped: { behind: 0, stalled: 1 } }
  const notifications = new Map([['ops', { sent: 3, failed: 1, throttled: 2, dropped: 0 }]])
  const history = { memoryBytes: 4680, series: 1, fileBytes: 65_536, writes: { success: 2, failure: 1 } }
  const service = { version: '2.0.0', loadedAt: 1_795_431_600_500, isReloaded: true, stream, notifications, history }
  const lines = serviceFamilies.map(family => sampleLines(family, '', service)).join('')
  t.equal(lines, `dockstatapi_build_info{version="2.0.0"} 1
dockstatapi_config_last_reload_successful 1
dockstatapi_config_last_reload_success_timestamp_seconds 1795431600.5
dockstatapi_stream_clients 2
dockstatapi_stream_events_total{event="snapshot"} 2
dockstatapi_stream_events_total{event="update"} 7
dockstatapi_stream_dropped_total{reason="behind"} 0
dockstatapi_stream_dropped_total{reason="stalled"} 1
dockstatapi_notifications_total{name="ops",result="sent"} 3
dockstatapi_notifications_total{name="ops",result="failed"} 1
dockstatapi_notifications_total{name="ops",result="throttled"} 2
dockstatapi_notifications_total{name="ops",result="dropped"} 0
dockstatapi_history_memory_bytes 4680
dockstatapi_history_series 1
dockstatapi_history_file_bytes 65536
dockstatapi_history_writes_total{result="success"} 2
dockstatapi_history_writes_total{result="failure"} 1
`)
  const [, reloaded] = serviceFamilies
  t.equal(reloaded && sampleLines(reloaded, '', { ...service, isReloaded: false }),
    'dockstatapi_config_last_reload_successful 0\n')
})

t.test('names match types, and HELP texts fit into a table', async t => {
  for (const { name, type, help } of [...hostFamilies, ...serviceFamilies]) {
    t.equal(name.endsWith('_total'), type === 'counter', name)
    t.equal(name.endsWith('_info'), type === 'info', name)
    t.notMatch(help, /[|\n\\"]/)
  }
})
