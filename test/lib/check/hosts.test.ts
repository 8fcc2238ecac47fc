import t from 'tap'
import { checkHosts } from '../../../lib/check/hosts.ts'
import { containerList, startFakeEngine } from '../../support/fake-engine.ts'
import { until } from '../../support/until.ts'

const nothing = { engine: null, apiVersion: null, containers: null }

t.test('reports Engine, API version and number of containers, and closes its connections', async t => {
  const containers = containerList([{ id: 'aa' }, { id: 'bb', state: 'exited' }])
  const engine = await startFakeEngine(t, { containers })
  const [report] = await checkHosts([{ name: 'nas', address: engine.address, filter: { include: ['x'], exclude: [] } }])
  t.match(report, { milliseconds: Number })
  t.strictSame({ ...report, milliseconds: 0 }, {
    name: 'nas',
    address: engine.address,
    ok: true,
    code: null,
    error: null,
    engine: 'docker 28.5.2+dfsg4',
    apiVersion: '1.51',
    containers: 2,
    milliseconds: 0
  })
  t.strictSame(engine.requests, ['GET /_ping', 'GET /v1.51/containers/json?all=1'])
  await until(() => engine.sockets.size === 0)
})

t.test('reports an Engine that does not say its version', async t => {
  const { address } = await startFakeEngine(t, { server: 'nginx' })
  t.match(await checkHosts([{ name: 'nas', address }]), [{ ok: true, engine: 'unknown' }])
})

t.test('reports the error that the service would log, with its likely cause', async t => {
  const engine = await startFakeEngine(t)
  await engine.close()
  const [report] = await checkHosts([{ name: 'nas', address: engine.address }])
  t.match(report, { name: 'nas', address: engine.address, ok: false, code: 'ENGINE_UNREACHABLE', ...nothing })
  t.match(report?.error, /^GET \/_ping: unreachable \(ENOENT: .*\)\. Is Docker running\? .* set hosts\.nas\.url/)
})

t.test('reports a host that identifies itself but does not list containers', async t => {
  const engine = await startFakeEngine(t)
  engine.handler = ({ url }, response) => url?.includes('/containers/json')
    ? response.writeHead(403).end('forbidden')
    : false
  const [report] = await checkHosts([{ name: 'nas', address: engine.address }])
  t.match(report, { ok: false, code: 'ENGINE_FORBIDDEN', ...nothing })
  t.match(report?.error, '/containers/json')
})

t.test('gives up on a host that does not answer in time', async t => {
  const engine = await startFakeEngine(t)
  engine.handler = () => true
  const [report] = await checkHosts([{ name: 'nas', address: engine.address }], 100)
  t.match(report, { ok: false, code: 'ENGINE_TIMEOUT', error: 'no answer within 100 ms', ...nothing })
  await until(() => engine.sockets.size === 0)
})

t.test('asks all hosts at the same time and keeps their order', async t => {
  const engine = await startFakeEngine(t)
  const waiting: (() => void)[] = []
  const hosts = ['one', 'two', 'three'].map(name => ({ name, address: engine.address }))
  engine.handler = ({ url }, response) => {
    if (url !== '/_ping') return false
    waiting.push(() => response.setHeader('Api-Version', '1.51').setHeader('Server', engine.server).end('OK'))
    if (waiting.length === hosts.length) for (const answer of waiting.toReversed()) answer()
  }
  const reports = await checkHosts(hosts)
  t.match(reports, hosts.map(({ name }) => ({ name, ok: true })))
})

t.test('never shows the user of an address, which may contain a password', async t => {
  const reports = await checkHosts([
    { name: 'ssh', address: 'ssh://me:my@pass/word@not a host' },
    { name: 'unix', address: 'unix:///none/me@home.sock' }
  ])
  t.match(reports, [
    { address: 'ssh://not a host', ok: false, code: 'INTERNAL_SERVER_ERROR', error: 'invalid ssh address' },
    { address: 'unix:///none/me@home.sock', ok: false, code: 'ENGINE_UNREACHABLE' }
  ])
  t.notMatch(JSON.stringify(reports), /my|word/)
})
