import t, { type Test } from 'tap'
import type { Transition } from '../../lib/model/transition.ts'
import { transitionSchema } from '../../lib/schemas/transition.ts'
import { build } from '../support/build.ts'
import { containerList, startFakeEngine } from '../support/fake-engine.ts'
import { until } from '../support/until.ts'

/** Serves two hosts: `nas`, whose containers have had four events, and `pi`, which has had one. */
async function serve (t: Test) {
  const nas = await startFakeEngine(t, {
    containers: containerList([{ id: 'aa1', names: ['/web'] }, { id: 'aa2', names: ['/db'] }])
  })
  const pi = await startFakeEngine(t, { containers: containerList([{ id: 'bb1', names: ['/web'] }]) })
  const { app, log } = await build(t, {
    yaml: `mintimeout: 60000\nhosts: { nas: { url: "${nas.address}" }, pi: { url: "${pi.address}" } }`
  })
  await until(() => app.stats.snapshots().every(({ up, events }) => up && events === 'live'))
  const get = (query: string) => app.inject({ url: `/events${query}`, headers: { authorization: 'marked-secret' } })
  const list = async (query = '') => (await get(query)).json<Transition[]>()
    .map(({ host, container, action }) => `${host}/${container?.name} ${action}`)
  nas.emit('die', 'aa1', { exitCode: '3' })
  await until(async () => (await list()).length === 1)
  pi.emit('pause', 'bb1')
  await until(async () => (await list()).length === 2)
  nas.emit('start', 'aa1')
  nas.emit('oom', 'aa2')
  await until(async () => (await list()).length === 4)
  return { app, get, list, log, nas }
}

const ALL = ['nas/db oom', 'nas/web start', 'pi/web pause', 'nas/web die']

t.test('Events are listed newest first, and can be filtered', async t => {
  const { get, list } = await serve(t)
  const response = await get('')
  t.match(response.headers, { 'content-type': 'application/json; charset=utf-8', etag: /^"/ })
  for (const row of response.json<object[]>()) t.strictSame(Object.keys(row), Object.keys(transitionSchema.properties))
  t.match(response.json().at(-1), {
    id: Number,
    at: /^\d{4}-.*Z$/,
    host: 'nas',
    container: { id: 'aa1', name: 'web', image: 'busybox' },
    action: 'die',
    exitCode: 3,
    health: null,
    detail: null
  })
  const cases: [string, string[]][] = [
    ['', ALL],
    ['?host=pi', ['pi/web pause']],
    ['?host=pi&host=nas', ALL],
    ['?name=w*', ALL.slice(1)],
    ['?name=db&name=nothing', ['nas/db oom']],
    ['?action=die&action=pause', ['pi/web pause', 'nas/web die']],
    ['?since=1h', ALL],
    ['?since=2000-01-01', ALL],
    [`?since=${Date.now() / 1000 + 3600}`, []],
    ['?limit=2', ALL.slice(0, 2)],
    ['?limit=1&action=die', ['nas/web die']]
  ]
  for (const [query, expected] of cases) t.strictSame(await list(query), expected, query)
})

t.test('A wrong parameter is refused with what is allowed', async t => {
  const { get } = await serve(t)
  const cases: [string, RegExp][] = [
    ['?action=explode', /action=explode.*one of start, die, /],
    ['?since=yesterday', /since=yesterday.*a time such as/],
    ['?limit=0', /limit=0.*an integer from 1 to 1000/],
    ['?limit=1001', /from 1 to 1000/],
    ['?limit=ten', /from 1 to 1000/],
    ['?limit=1&limit=2', /given once/],
    ['?name=', /a non-empty name/],
    ['?names=web', /Did you mean \?name\?/]
  ]
  for (const [query, message] of cases) {
    const response = await get(query)
    t.match(response.json(), { statusCode: 400, message }, query)
  }
  t.match((await get('?host=nass')).json(), { statusCode: 404, message: /Did you mean nas\?/ })
})

t.test('The events of a host that a reload removes are gone', async t => {
  const { app, list } = await serve(t)
  const { config } = app
  await app.applyConfig({ ...config, hosts: config.hosts.filter(({ name }) => name === 'pi') })
  t.strictSame(await list(), ['pi/web pause'])
})

t.test('Prometheus sees how often containers have had events', async t => {
  const { app, nas } = await serve(t)
  const series = async () => (await app.inject({ url: '/metrics', headers: { authorization: 'marked-secret' } })).body
    .split('\n').filter(line => line.startsWith('docker_container_events_total')).sort()
  t.strictSame(await series(), [
    'docker_container_events_total{docker_host="nas",name="db",action="die"} 0',
    'docker_container_events_total{docker_host="nas",name="db",action="oom"} 1',
    'docker_container_events_total{docker_host="nas",name="web",action="die"} 1',
    'docker_container_events_total{docker_host="nas",name="web",action="start"} 1',
    'docker_container_events_total{docker_host="pi",name="web",action="die"} 0',
    'docker_container_events_total{docker_host="pi",name="web",action="pause"} 1'
  ])
  nas.containers = containerList([{ id: 'aa2', names: ['/db'] }])
  nas.emit('destroy', 'aa1')
  await until(async () =>
    (await series()).includes('docker_container_events_total{docker_host="nas",name="web",action="destroy"} 1'))
  t.ok((await series()).includes('docker_container_events_total{docker_host="nas",name="web",action="die"} 1'))
})
