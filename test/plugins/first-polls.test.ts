import t from 'tap'
import { build } from '../support/build.ts'
import { containerList, startFakeEngine } from '../support/fake-engine.ts'

const headers = { authorization: 'marked-secret' }
const containers = containerList([{ id: 'aa', names: ['/web'] }])

t.test('the first response contains real values', async t => {
  for (const url of ['/stats', '/hosts', '/containers', '/metrics', '/hosts/nas', '/containers/nas/web']) {
    const fake = await startFakeEngine(t, { containers })
    const { app } = await build(t, { yaml: `hosts: { nas: { url: '${fake.address}' } }` })
    const { statusCode, body } = await app.inject({ url, headers })
    t.equal(statusCode, 200, url)
    t.match(body, /web|"containerCount":1,.*"up":true|"total":1/, url)
    t.notMatch(body, /"up":false|docker_host_up\{[^}]*\} 0/, url)
  }
})

t.test('waits at most 2.5 s for a host that hangs', async t => {
  const fake = await startFakeEngine(t, { containers })
  fake.handler = () => {}
  const yaml = `hosts: { nas: { url: '${fake.address}' }, gone: { url: unix:///none.sock } }`
  const { app } = await build(t, { yaml })
  const begun = performance.now()
  t.equal((await app.inject('/status')).body, 'UP')
  t.equal((await app.inject({ url: '/config', headers })).statusCode, 200)
  t.equal((await app.inject('/stats')).statusCode, 401, 'a request without a token does not wait')
  t.ok(performance.now() - begun < 2000)
  const [hosts, metrics, host] = await Promise.all(['/hosts', '/metrics', '/hosts/nas'].map(url =>
    app.inject({ url, headers })))
  const waited = performance.now() - begun
  t.ok(waited > 2000 && waited < 6000, `${Math.round(waited)} ms`)
  t.match(hosts?.json(), { nas: { up: null, lastSeen: null, error: null, containerCount: 0 }, gone: { up: false } })
  t.match(host?.json(), { up: null, error: null, containers: { total: 0 } })
  t.notMatch(metrics?.body, 'docker_host_up{docker_host="nas"}')
  t.match(metrics?.body, 'docker_host_up{docker_host="gone"} 0')
})

t.test('a host without a list is up, has no count, and shows the error', async t => {
  const fake = await startFakeEngine(t, { containers })
  fake.handler = (request, response) => request.url?.includes('/containers/json') && response.writeHead(500).end('sick')
  const { app } = await build(t, { yaml: `hosts: { nas: { url: '${fake.address}' } }` })
  t.match((await app.inject({ url: '/hosts', headers })).json(), { nas: { up: true, error: 'ENGINE_FAILED' } })
  const { containers: { total }, problems } = (await app.inject({ url: '/hosts/nas', headers })).json()
  t.equal(total, null)
  t.match(problems, [{ what: 'list', code: 'ENGINE_FAILED', message: /500 sick/, since: /^20/, containers: [] }])
  const { body } = await app.inject({ url: '/metrics', headers })
  t.match(body, 'docker_host_problems{docker_host="nas",what="list",code="ENGINE_FAILED"} 1')
  t.notMatch(body, 'docker_host_containers{')
})
