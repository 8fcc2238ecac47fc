import t, { type Test } from 'tap'
import { build } from '../support/build.ts'
import { until } from '../support/until.ts'
import { container, isPodman } from '../real-engine/docker.ts'
import { RIGHTS, skip, startHaproxy } from './haproxy.ts'

const WARNING = /"level":[456]0/
const headers = { authorization: 'marked-secret' }

/** The service behind a proxy that grants all permissions except some. */
async function serveWithout (t: Test, withheld: string[], eventsTimeout?: string) {
  const rights = RIGHTS.filter(right => !withheld.includes(right))
  const address = await startHaproxy(t, { rights, eventsTimeout: eventsTimeout ?? '0' })
  const { app, log } = await build(t, { yaml: `mintimeout: 100\nhosts: { far: { url: '${address}' } }` })
  const snapshot = () => {
    const [first] = app.stats.snapshots()
    if (!first) throw new Error('there is no host')
    return first
  }
  const polled = async () => {
    const { lastSeen } = snapshot()
    await until(() => snapshot().lastSeen !== lastSeen)
  }
  const host = async () => (await app.inject({ url: '/hosts', headers })).json().far
  const warnings = () => log().split('\n').filter(line => WARNING.test(line)).map(line => JSON.parse(line))
  await until(() => snapshot().up || snapshot().error)
  return { snapshot, polled, host, warnings }
}

t.test('reports no problem if the proxy grants every permission', { skip }, async t => {
  const id = await container(t)
  const { snapshot, polled, host, warnings } = await serveWithout(t, [])
  await until(() => snapshot().events === 'live')
  await polled()
  await polled()
  const { list } = snapshot().requests
  await polled()
  t.match(snapshot(), { up: true, missingRights: [], requests: { list } }, 'without requesting another list')
  t.ok(snapshot().containers.find(other => other.id === id)?.sample)
  t.match(await host(), { up: true, error: null })
  t.ok((await host()).totalCPUs > 0)
  t.strictSame(warnings(), [])
})

const cases = [
  { withheld: ['INFO'], missing: ['INFO=1'], events: 'live' },
  { withheld: ['EVENTS'], missing: ['EVENTS=1'], events: 'refused' },
  { withheld: ['PING'], missing: ['PING=1'], events: 'live' },
  { withheld: ['VERSION'], missing: [], events: 'live' },
  { withheld: ['PING', 'VERSION'], missing: ['PING=1', 'VERSION=1'], events: 'live' }
]

for (const { withheld, missing, events } of cases) {
  t.test(`continues without ${withheld.join(' and ')}`, { skip }, async t => {
    const id = await container(t)
    const { snapshot, polled, host, warnings } = await serveWithout(t, withheld)
    await until(() => snapshot().events === events)
    await polled()
    t.match(snapshot(), { up: true, error: null, engine: { kind: isPodman ? 'podman' : 'docker' } })
    t.strictSame(snapshot().missingRights, missing, 'reports each missing permission that it needs')
    t.ok(snapshot().containers.find(other => other.id === id)?.sample)
    t.match(await host(), { up: true, error: null })
    t.equal((await host()).totalCPUs > 0, !withheld.includes('INFO'))
    t.strictSame(warnings().map(({ right }) => right), missing, 'logs each of them once')
    for (const { right, msg } of warnings()) t.match(msg, `set ${right}`)
  })
}

t.test('lists the containers in every poll if events are forbidden', { skip }, async t => {
  const { snapshot, polled } = await serveWithout(t, ['EVENTS'])
  await until(() => snapshot().events === 'refused')
  const { list = 0, events } = snapshot().requests
  const id = await container(t)
  await until(() => snapshot().containers.some(other => other.id === id))
  await polled()
  t.ok(Number(snapshot().requests.list) > list)
  t.equal(snapshot().requests.events, events, 'does not request events again')
})

t.test('shows the host as down, with the reason, without CONTAINERS', { skip }, async t => {
  const { snapshot, host, warnings } = await serveWithout(t, ['CONTAINERS'])
  t.match(snapshot(), {
    up: false,
    error: { code: 'ENGINE_FORBIDDEN', message: /403 Forbidden .*; set CONTAINERS=1 on the proxy/ },
    missingRights: ['CONTAINERS=1'],
    containers: []
  })
  t.match(await host(), { up: false, error: 'ENGINE_FORBIDDEN', containerCount: 0 })
  const [{ code, msg }] = warnings()
  t.equal(code, 'ENGINE_FORBIDDEN')
  t.match(msg, 'set CONTAINERS=1')
  await until(() => Number(snapshot().requests.list) >= 3)
  t.equal(warnings().length, 1, 'once')
})

t.test('reopens an event stream that the proxy closes while it is idle, without a warning', { skip }, async t => {
  const { snapshot, host, warnings } = await serveWithout(t, [], '400ms')
  await until(() => Number(snapshot().requests.events) >= 4)
  await until(() => snapshot().events === 'live')
  const id = await container(t)
  await until(() => snapshot().containers.some(other => other.id === id))
  t.match(await host(), { up: true, error: null })
  t.strictSame(warnings(), [], 'the host stays up')
})
