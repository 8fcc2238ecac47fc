import t, { type Test } from 'tap'
import { containerSchema } from '../../lib/schemas/container.ts'
import { build } from '../support/build.ts'
import { containerList, startFakeEngine } from '../support/fake-engine.ts'
import { fixture } from '../support/fixture.ts'
import { until } from '../support/until.ts'

const FIELDS = Object.keys(containerSchema.properties)
const recordedList: { Id: string, Names: string[], State: string }[] =
  JSON.parse(fixture('cgroup2/containers-all.json'))
const names = recordedList.map(({ Names: [name = ''] }) => name.slice(1))

/** Serves a recorded Engine on cgroup v2 and a small fake one. */
async function serve (t: Test) {
  const running = recordedList.filter(({ State }) => State === 'running' || State === 'paused')
  const nas = await startFakeEngine(t, {
    containers: fixture('cgroup2/containers-all.json'),
    info: fixture('cgroup2/info.json'),
    stats: Object.fromEntries(running.map(({ Id, Names: [name = ''] }) => [Id, fixture(`cgroup2/stats${
      name.replace('/', '-')}.json`)]))
  })
  const pi = await startFakeEngine(t, {
    containers: containerList([
      { id: 'abc1', names: ['/web'], labels: { team: 'edge', secret: 'x', 'dockstat.tags': 'private,new' } },
      { id: 'abc2', names: ['/db'], state: 'exited', labels: { team: 'core' } }
    ])
  })
  const yaml = `
mintimeout: 60000
labels: [team]
tags: { private: violet-400 }
hosts: { nas: { url: "${nas.address}" }, pi: { url: "${pi.address}" } }
container: { nas/mem: { link: https://example.com } }
`
  const { app } = await build(t, { yaml })
  await until(() => app.stats.snapshots().every(({ containers }) =>
    containers.length > 0 && containers.every(({ restartCount }) => restartCount !== null)))
  const get = (url: string, headers: Record<string, string> = {}) =>
    app.inject({ url, headers: { authorization: 'marked-secret', ...headers } })
  const list = async (query: string) => {
    const rows = (await get(`/containers${query}`)).json<{ host: string, name: string }[]>()
    return rows.map(({ host, name }) => `${host}/${name}`)
  }
  return { app, nas, get, list }
}

t.test('returns all containers of all hosts with all fields', async t => {
  const { get, list, nas } = await serve(t)
  t.strictSame(await list(''), [...names.map(name => `nas/${name}`), 'pi/web', 'pi/db'])
  const asked = nas.requests.length
  const response = await get('/containers')
  t.match(response.headers, {
    'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-cache', etag: /^"/, age: /^\d+$/
  })
  const rows = response.json<{ name: string, state: string, cpu: object, network: object }[]>()
  for (const row of rows) t.strictSame(Object.keys(row), FIELDS)
  const row = (name: string) => rows.find(row => row.name === name)
  t.match(row('mem'), {
    image: String,
    cpu: { available: true, usageNanoseconds: 1500153000, cores: null },
    memory: { available: true, usageBytes: 21843968, workingSetBytes: 872448, limitBytes: 67108864 },
    network: { scope: 'own', of: null, rxBytes: 2504, interfaces: { eth0: { rxPackets: 50 } } },
    blockIo: { readBytes: 0, writeBytes: 20971520, readBytesPerSecond: null },
    pids: { current: 1, limit: null },
    link: 'https://example.com'
  })
  t.match(row('health'), { compose: { project: 'demo', service: 'web' }, labels: {} })
  t.match(row('cpu'), { cpu: { throttling: { periods: 1288, throttledPeriods: 1234 } } })
  t.match(row('share'), { network: { scope: 'container', of: 'plain', rxBytes: 2850 } })
  for (const scope of ['host', 'none']) t.match(row(scope), { network: { scope, rxBytes: null, interfaces: null } })
  for (const name of ['oom', 'restarting', 'created', 'exit3']) {
    t.strictSame(row(name)?.cpu, { available: false, why: 'not running' }, name)
  }
  t.match(row('web'), {
    labels: { team: 'edge' },
    tags: [{ name: 'private', colour: 'violet-400' }, { name: 'new', colour: null }]
  })
  t.notMatch(response.body, /secret|Env|Cmd|Mounts/)
  t.equal(nas.requests.length, asked, 'without calling the Engine')
})

t.test('filters containers', async t => {
  const { list } = await serve(t)
  const cases = [
    ['?host=pi', ['pi/web', 'pi/db']],
    ['?host=pi&host=nas&name=web&name=mem', ['nas/mem', 'pi/web']],
    ['?state=paused&state=created', ['nas/created', 'nas/paused']],
    ['?name=exit*&name=o?m', ['nas/oom', 'nas/exit3']],
    ['?label=team%3Dedge', ['pi/web']],
    ['?label=team=edge&label=team=core&state=exited', ['pi/db']],
    ['?label=team=none', []]
  ] as const
  for (const [query, expected] of cases) t.strictSame(await list(query), expected, query)
})

t.test('selects fields, in the usual order', async t => {
  const { get } = await serve(t)
  const [web, db] = [{ name: 'web', state: 'running' }, { name: 'db', state: 'exited' }]
  for (const query of ['fields=state,name', 'fields=state&fields=name']) {
    t.equal((await get(`/containers?host=pi&${query}`)).body, JSON.stringify([web, db]))
    t.equal((await get(`/containers/pi/web?${query}`)).body, JSON.stringify(web))
  }
})

t.test('returns one container by name, ID or ID prefix', async t => {
  const { get } = await serve(t)
  const [web] = (await get('/containers?host=pi')).json()
  for (const given of ['web', 'abc1']) t.strictSame((await get(`/containers/pi/${given}`)).json(), web)
  const { Id: id = '', Names: [name = ''] = [] } = recordedList[0] ?? {}
  t.match((await get(`/containers/nas/${id.slice(0, 12)}`)).json(), { id, name: name.slice(1) })
})

t.test('explains errors and lists the allowed values', async t => {
  const { get } = await serve(t)
  const cases = [
    ['/containers?host=pu', 404, 'HOST_NOT_FOUND', /Did you mean pi\?/],
    ['/containers?state=runing', 400, 'INVALID_QUERY', /one of created, running, /],
    ['/containers?name=', 400, 'INVALID_QUERY', /a non-empty name with at most 5 \* wildcards/],
    ['/containers?label=team', 400, 'INVALID_QUERY', /one of team=…/],
    ['/containers?label=secret=x', 400, 'INVALID_QUERY', /one of team=…/],
    ['/containers?fields=nme', 400, 'INVALID_QUERY', /one of host, id, name, /],
    ['/containers/pi/web?fields=nme', 400, 'INVALID_QUERY', /one of host, id, name, /],
    ['/containers/pu/web', 404, 'HOST_NOT_FOUND', /Did you mean pi\?/],
    ['/containers/pi/wbe', 404, 'CONTAINER_NOT_FOUND', /There is no container wbe on pi\. Did you mean web\?/],
    ['/containers/pi/abc', 409, 'CONTAINER_AMBIGUOUS', /web \(abc1\), db \(abc2\)/],
    ['/containers/pi', 404, 'NOT_FOUND', /There is nothing at \/containers\/pi/]
  ] as const
  for (const [url, statusCode, code, message] of cases) {
    const response = await get(url)
    t.equal(response.statusCode, statusCode, url)
    t.strictSame(Object.keys(response.json()), ['statusCode', 'code', 'error', 'message'])
    t.match(response.json(), { statusCode, code, message }, url)
  }
})

t.test('responds with 304 to a matching If-None-Match', async t => {
  const { get } = await serve(t)
  const urls = ['/containers', '/containers?state=running', '/containers/pi/web', '/containers/pi/web?fields=cpu']
  for (const url of urls) {
    const { etag } = (await get(url)).headers
    const again = await get(url, { 'if-none-match': String(etag) })
    t.match(again, { statusCode: 304, body: '', headers: { etag } }, url)
    t.equal((await get(url, { 'if-none-match': '"other"' })).statusCode, 200)
  }
})
