import t from 'tap'
import { parseContainers, parseDetails, parseEvent, parseInfo, parseVersion } from '../../../lib/engine/wire.ts'
import { fixture } from '../../support/fixture.ts'

t.test('parses recorded lists', async t => {
  const containers = parseContainers(JSON.parse(fixture('containers-all.json'))) ?? []
  t.match(containers[0], { id: /^[0-9a-f]{64}$/, names: [/^\/./], image: String, state: String, networkMode: String })
  const links = parseContainers(JSON.parse(fixture('containers-links.json'))) ?? []
  t.ok(links.some(({ names }) => names.length > 1))
})

t.test('accepts lists with missing fields', async t => {
  const nothing = {
    names: [],
    image: '',
    state: 'unknown',
    health: null,
    uptime: null,
    networkMode: null,
    networks: null,
    labels: {},
    created: 0
  }
  const withoutId = [{}, null, 'x', { Id: '' }, { Id: 'a/../b' }, { Id: 'a?b' }]
  t.strictSame(parseContainers([...withoutId, { Id: 'a' }, { Id: 'b', Names: null, HostConfig: null }]), [
    { id: 'a', ...nothing }, { id: 'b', ...nothing }
  ])
  t.equal(parseContainers({ message: 'no' }), null)
})

t.test('parses recorded infos', async t => {
  t.strictSame(parseInfo(JSON.parse(fixture('v28/info.json'))), {
    id: '36543ed0-c09d-4111-b2e9-2538d2e6ba3a',
    name: 'vm',
    operatingSystem: 'Debian GNU/Linux 12 (bookworm)',
    osType: 'linux',
    cpus: 2,
    memoryBytes: 25276510208
  })
  t.match(parseInfo({ ID: 'x', NCPU: 'two', MemTotal: -1 }), { id: 'x', name: null, cpus: null, memoryBytes: null })
  t.match(parseInfo({ ID: 'x', NCPU: 1.5, MemTotal: 5e-324 }), { cpus: null, memoryBytes: null })
  t.match(parseInfo({ Name: 'x', NCPU: 0, MemTotal: 0 }), { cpus: null, memoryBytes: null }, '0 means unknown')
  for (const body of [null, {}, { message: 'no' }, { NCPU: 0 }]) t.equal(parseInfo(body), null)
})

t.test('sorts lists newest first, including those of Podman', async t => {
  const created = (name: string) =>
    parseContainers(JSON.parse(fixture(name)))?.map(container => container.created) ?? []
  for (const name of ['containers-all.json', 'podman-containers-all.json']) {
    t.strictSame(created(name), created(name).toSorted((a, b) => b - a), name)
  }
})

t.test('parses recorded inspections', async t => {
  const details = (name: string) => parseDetails([JSON.parse(fixture(name))].flat()[0])
  t.match(details('container-inspect-health.json'), {
    names: ['/rc-health'], state: 'running', health: 'unhealthy', exitCode: 0, oomKilled: false, restartCount: 0
  })
  t.match(details('container-inspect-restarting.json'), { state: 'restarting', health: null, restartCount: Number })
  t.match(details('cgroup2/inspect-oom-killed.json'), { state: 'exited', exitCode: 137, oomKilled: true })
  t.match(details('cgroup2/inspect-oom-child-only.json'), { state: 'running', exitCode: 0, oomKilled: true })
  t.match(details('podman-inspect.json'), { health: null, networkMode: String, startedAt: String })
})

t.test('accepts inspections with missing fields', async t => {
  for (const body of [null, [], {}, { Id: 'a' }, { State: {} }]) t.equal(parseDetails(body), null)
  t.strictSame(parseDetails({ Id: 'a', State: { StartedAt: '0001-01-01T00:00:00Z' } }), {
    id: 'a',
    names: [],
    image: '',
    state: 'unknown',
    networkMode: null,
    networks: null,
    health: null,
    exitCode: null,
    oomKilled: false,
    startedAt: null,
    restartCount: null,
    labels: {},
    limits: { cpus: null, memoryBytes: null, pids: null }
  })
})

t.test('parses recorded events', async t => {
  const actions = (name: string) => fixture(name).trim().split('\n')
    .flatMap(line => line.startsWith('{') ? [parseEvent(JSON.parse(line))] : [])
  const unfiltered = actions('events-unfiltered.ndjson')
  t.ok(unfiltered.some(event => event?.action === 'connect' && event.name === null), 'no name for networks')
  t.ok(actions('podman-events.ndjson').some(event => event === null), 'ignores image events')
  const seen = new Set(['events.ndjson', 'events-health-oom.ndjson', 'podman-events.ndjson']
    .flatMap(actions).map(event => event?.action))
  for (const action of ['create', 'start', 'die', 'destroy', 'health_status', 'oom']) t.ok(seen.has(action), action)
  t.notOk(seen.has('remove'), 'Podman says remove, Docker destroy')
  t.match(actions('events.ndjson')[0], {
    action: 'create', name: 'rc-ev', image: 'bb:1', time: Number, key: /create$/
  })
})

t.test('accepts events with missing fields', async t => {
  const start = { Type: 'container', Action: 'start' }
  for (const body of [null, {}, { Type: 'image' }, { Type: 'container' }, start, { ...start, Actor: { ID: '../a' } }]) {
    t.equal(parseEvent(body), null)
  }
  t.match(parseEvent({ Type: 'container', Action: 'died', Actor: { ID: 'a' }, time: 7 }), {
    id: 'a', action: 'die', name: null, image: null, time: 7
  })
  const odd = parseEvent({ Type: 'container', Action: 'constructor', Actor: { ID: 'a' } })
  t.match(odd, { action: 'constructor', time: 0 })
})

t.test("translates Podman's states to Docker's", async t => {
  const cases = [
    ['configured', 'created'], ['initialized', 'created'], ['stopping', 'running'], ['stopped', 'exited'],
    ['running', 'running'], ['restarting', 'restarting'], ['constructor', 'constructor']
  ] as const
  for (const [Status, state] of cases) {
    t.equal(parseDetails({ Id: 'a', State: { Status } })?.state, state)
    t.match(parseContainers([{ Id: 'a', State: Status }]), [{ state }])
  }
})

t.test('parses labels and limits that are set', async t => {
  const none = { cpus: null, memoryBytes: null, pids: null }
  const cases = [
    [{}, none],
    [{ NanoCpus: 0, CpuQuota: 0, CpuPeriod: 0, Memory: 0, PidsLimit: null }, none],
    [{ CpuQuota: -1, Memory: -1, PidsLimit: -1 }, none],
    [{ NanoCpus: 1.5e9, Memory: 67108864, PidsLimit: 100 }, { cpus: 1.5, memoryBytes: 67108864, pids: 100 }],
    [{ CpuQuota: 50_000 }, { ...none, cpus: 0.5 }],
    [{ CpuQuota: 50_000, CpuPeriod: 25_000 }, { ...none, cpus: 2 }]
  ]
  for (const [HostConfig, limits] of cases) {
    t.match(parseDetails({ Id: 'a', State: {}, HostConfig }), { limits }, JSON.stringify(HostConfig))
  }
  const Labels = { team: 'a', odd: 7, none: null }
  t.match(parseDetails({ Id: 'a', State: {}, Config: { Labels } })?.labels, { team: 'a', odd: undefined })
  t.strictSame(parseContainers([{ Id: 'a', Labels }])?.[0]?.labels, { team: 'a' })
  const Attributes = { name: 'web', image: 'img', team: 'a' }
  t.match(parseEvent({ Type: 'container', Action: 'start', Actor: { ID: 'a', Attributes } }), {
    name: 'web', labels: { team: 'a', name: undefined }
  })
})

t.test('parses health, uptime and networks in a list', async t => {
  const cases = [
    [{ Status: 'Up 2 minutes (healthy)' }, { health: 'healthy', uptime: { least: 120, below: 180 } }],
    [{ Status: 'Up 5 seconds (health: starting)' }, { health: 'starting', uptime: { least: 5, below: 6 } }],
    [{ Status: 'Up 2 minutes (Paused)' }, { health: null, uptime: { least: 120, below: 180 } }],
    [{ Status: 'Exited (0) 2 minutes ago' }, { health: null, uptime: null }],
    [{ Status: 'Up 1 second', Health: { Status: 'unhealthy', FailingStreak: 3 } }, { health: 'unhealthy' }],
    [{ Status: 'Up 1 second', Health: { Status: 'none' } }, { health: null }],
    [{ NetworkSettings: { Networks: { a: {}, b: null } } }, { networks: ['a', 'b'] }],
    [{ NetworkSettings: { Networks: null } }, { networks: null }]
  ] as const
  for (const [entry, expected] of cases) {
    t.match(parseContainers([{ Id: 'a', ...entry }]), [expected], JSON.stringify(entry))
  }
  const NetworkSettings = { Networks: { n1: {} } }
  const details = parseDetails({ Id: 'a', State: { Health: { Status: 'none' } }, NetworkSettings })
  t.match(details, { networks: ['n1'], health: null })
})

t.test('identifies the Engine by /version', async t => {
  t.match(parseVersion(JSON.parse(fixture('version.json'))), {
    kind: 'docker', version: '20.10.24+dfsg1', offered: '1.41', osType: 'linux'
  })
  const podman = { kind: 'podman', version: '4.3.1', offered: '1.41' }
  t.match(parseVersion(JSON.parse(fixture('podman-version.json'))), podman)
  const other = { Version: '1', Components: [{ Name: 'Other' }] }
  t.match(parseVersion(other), { kind: 'unknown', version: '1', offered: null })
  t.match(parseVersion({ ApiVersion: '1.41', Version: '' }), { kind: 'docker', version: null, osType: null })
  for (const body of [null, {}, [], { message: 'no' }, { ApiVersion: '1.41/..' }]) t.equal(parseVersion(body), null)
})

t.test('parses health, exit codes and networks in events', async t => {
  const of = (Action: string, Attributes: object = {}, more: object = {}) =>
    parseEvent({ Type: 'container', Action, Actor: { ID: 'a', Attributes }, ...more })
  t.match(of('health_status: unhealthy'), { action: 'health_status', health: 'unhealthy' })
  t.match(of('health_status', {}, { HealthStatus: 'healthy' }), { health: 'healthy' }, 'Podman')
  t.match(of('health_status'), { health: null })
  t.match(of('die', { exitCode: '137' }), { action: 'die', exitCode: 137, health: null })
  t.match(of('die', { exitCode: 'x' }), { exitCode: null })
  const network = (Action: string, Actor: object) => parseEvent({ Type: 'network', Action, Actor, time: 7 })
  const Attributes = { container: 'c', name: 'n1', type: 'bridge' }
  const expected = { id: 'c', action: 'connect', name: null, labels: {}, time: 7 }
  t.match(network('connect', { ID: 'n', Attributes }), expected)
  t.match(network('disconnect', { ID: 'c' }), { id: 'c', action: 'disconnect' }, 'Podman')
  t.equal(network('create', { ID: 'n', Attributes: { name: 'n1' } }), null)
  t.equal(network('connect', {}), null)
})
