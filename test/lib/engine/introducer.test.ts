import t, { type Test } from 'tap'
import { EngineClient } from '../../../lib/engine/client.ts'
import { codeOf, messageOf } from '../../../lib/errors.ts'
import { containerList, startFakeEngine, type FakeEngineOptions } from '../../support/fake-engine.ts'
import { fixture } from '../../support/fixture.ts'

async function start (t: Test, options: FakeEngineOptions = {}) {
  const fake = await startFakeEngine(t, { containers: containerList([{ id: 'aa' }]), ...options })
  const engine = new EngineClient({ address: fake.address }, { call: 300 })
  t.teardown(() => engine.close())
  const errorOf = async (call: Promise<unknown>) =>
    await call.then(() => null, error => ({ code: codeOf(error), message: messageOf(error) }))
  return { fake, engine, errorOf }
}

const TOO_NEW = '{"message":"client version 1.44 is too new. Maximum supported API version is 1.41"}'
const HAPROXY = fixture('tecnativa-403.http').split(/\r?\n\r?\n/)[1]

t.test('identifies the Engine by another call if a proxy forbids the first', async t => {
  const { fake, engine, errorOf } = await start(t)
  const refused = new Set(['/_ping'])
  fake.handler = (request, response) =>
    refused.has(String(request.url).replace(/^\/v[\d.]+/, '')) && response.writeHead(403).end(HAPROXY)
  t.match(await engine.ping(), { version: '28.5.2+dfsg4' })
  t.strictSame(engine.missingRights, ['PING=1'])
  refused.add('/version')
  t.match(await engine.ping(), { version: '28.5.2+dfsg4' })
  t.strictSame(engine.missingRights, ['PING=1', 'VERSION=1'])
  refused.add('/containers/json?limit=1')
  t.match(await errorOf(engine.ping()), { code: 'ENGINE_FORBIDDEN', message: /Forbidden .*; set CONTAINERS=1 on/ })
  refused.clear()
  await engine.ping()
  t.match(await engine.ping(), { version: '28.5.2+dfsg4' })
})

t.test('reports no missing permission if the proxy starts to allow the call meanwhile', async t => {
  const { fake, engine } = await start(t)
  let refusals = 1
  fake.handler = (request, response) =>
    request.url === '/_ping' && refusals-- > 0 && response.writeHead(403).end(HAPROXY)
  t.match(await engine.ping(), { version: '28.5.2+dfsg4' })
  t.strictSame(engine.missingRights, [])
})

t.test('suggests to allow a path, not to set a variable, if the proxy is not HAProxy', async t => {
  const { fake, engine, errorOf } = await start(t)
  const id = 'ab'.repeat(32)
  fake.handler = (request, response) =>
    !request.url?.includes('_ping') && response.writeHead(403).end('Forbidden')
  t.match(await errorOf(engine.containers()), { message: /403 Forbidden; allow GET \/containers\/json\)$/ })
  t.match(await errorOf(engine.stats(id)), { message: /allow GET \/containers\/\{id\}\/stats\)$/ })
  t.strictSame(engine.missingRights, ['GET /containers/json', 'GET /containers/{id}/stats'])
})

t.test('works behind a proxy that allows only versioned paths', async t => {
  for (const [apiVersion, minimumApiVersion] of [['1.51', '1.24'], ['1.41', '1.12'], ['1.52', '1.44']] as const) {
    const { fake, engine } = await start(t, { apiVersion, minimumApiVersion })
    fake.handler = (request, response) =>
      !/^\/v1\.\d\d\/(version|containers\/.*|events.*|info)/.test(String(request.url)) &&
        response.writeHead(403).end('Forbidden')
    t.match(await engine.ping(), { apiVersion, version: '28.5.2+dfsg4' })
    t.match(await engine.containers(), [{ id: 'aa' }])
    const asked = fake.requests.length
    await engine.ping()
    t.equal(fake.requests.length, asked + 1, 'starts with the call that last succeeded')
  }
})

t.test('identifies the Engine even if its ping fails or hangs', async t => {
  const { fake, engine } = await start(t)
  for (const answer of [500, 404, 200, 0]) {
    fake.handler = (request, response) => {
      if (request.url !== '/_ping') return false
      if (answer > 0) response.writeHead(answer).end('<html>')
    }
    t.match(await engine.ping(), { kind: 'docker', version: '28.5.2+dfsg4' }, String(answer))
  }
})

t.test('identifies the Engine by /version if the headers are inconclusive', async t => {
  const docker = fixture('version.json')
  const cases = [
    ['nginx/1.22.1', docker, { kind: 'docker', version: '20.10.24+dfsg1', oneShot: 'ticked', apiVersion: '1.51' }],
    ['nginx/1.22.1', fixture('podman-version.json'), { kind: 'podman', version: '4.3.1', oneShot: 'direct' }],
    ['balenaEngine/20.10.43 (linux)', docker, { kind: 'docker', version: '20.10.24+dfsg1' }],
    ['Docker/dev (linux)', docker.replaceAll('20.10.24+dfsg1', 'dev'), { kind: 'docker', version: 'dev' }],
    ['nginx/1.22.1', 'not JSON', { kind: 'unknown', version: null, oneShot: 'direct' }],
    ['nginx/1.22.1', '{}', { kind: 'unknown', version: null }]
  ] as const
  for (const [server, version, expected] of cases) {
    const { fake, engine } = await start(t, { server })
    fake.handler = (request, response) => String(request.url).endsWith('/version') &&
      response.setHeader('Server', server).setHeader('Api-Version', '1.51').end(version)
    t.match(await engine.ping(), expected, `${server} ${version.slice(0, 40)}`)
    const asked = fake.requests.length
    await engine.containers()
    await engine.containers()
    t.equal(fake.requests.filter(request => request.includes('/version')).length, 1, 'asked once')
    t.equal(fake.requests.length, asked + 2)
  }
})

t.test('does not guess the kind of Engine if /version is forbidden', async t => {
  const { fake, engine } = await start(t, { server: 'nginx/1.22.1' })
  fake.handler = (request, response) => String(request.url).endsWith('/version') && response.writeHead(403).end(HAPROXY)
  t.match(await engine.ping(), { kind: 'unknown', version: null, apiVersion: '1.51' })
  t.strictSame(engine.missingRights, ['VERSION=1'])
  fake.handler = (request, response) => request.url === '/_ping'
    ? response.writeHead(500).end()
    : request.url === '/version' && response.setHeader('Server', 'nginx').end(fixture('version.json'))
  t.match(await engine.ping(), { kind: 'docker', version: '20.10.24+dfsg1', apiVersion: '1.41' }, 'by /version alone')
  t.equal(fake.requests.filter(request => request.endsWith('/version')).length, 2, 'requested once per ping')
})

t.test('falls back to /version if the ping has no Api-Version, and otherwise rejects the server', async t => {
  const { fake, engine, errorOf } = await start(t)
  let version = fixture('version.json')
  fake.handler = (request, response) => {
    if (request.url === '/_ping') return response.end('OK')
    return String(request.url).endsWith('/version') && response.end(version)
  }
  t.match(await engine.ping(), { kind: 'docker', apiVersion: '1.41', osType: 'linux' })
  version = '{}'
  t.match(await engine.ping(), { kind: 'docker', apiVersion: '1.41', osType: 'linux' }, 'keeps the previous identity')
  fake.handler = (_request, response) => response.end('OK')
  const other = new EngineClient({ address: fake.address })
  t.teardown(() => other.close())
  t.match(await errorOf(other.ping()), { code: 'ENGINE_BAD_ANSWER', message: /_ping: .*no Api-Version/ })
  fake.handler = (_request, response) => response.writeHead(404).end('not found')
  t.match(await errorOf(other.ping()), { code: 'ENGINE_BAD_ANSWER', message: /GET \/_ping: .*no Docker API at/ })
})

t.test('keeps the identity if /version fails or returns nonsense', async t => {
  for (const [statusCode, body] of [[500, 'no'], [200, '<html>'], [200, '{}'], [403, 'Forbidden']] as const) {
    const { fake, engine } = await start(t, { server: 'nginx/1.22.1' })
    for (const [status, version] of [[200, fixture('podman-version.json')], [statusCode, body]] as const) {
      fake.handler = (request, response) =>
        String(request.url).endsWith('/version') && response.writeHead(status).end(version)
      t.match(await engine.ping(), { kind: 'podman', version: '4.3.1' }, body)
    }
  }
})

t.test('accepts a list whose headers do not identify the Engine', async t => {
  const { fake, engine, errorOf } = await start(t)
  await engine.ping()
  const bare = fake.containers
  fake.handler = (request, response) => {
    if (String(request.url).endsWith('/version')) return response.writeHead(500).end()
    return String(request.url).includes('/containers/json') && response.end(bare)
  }
  t.match(await engine.containers(), [{ id: 'aa' }])
  t.match(await engine.server(), { kind: 'docker', version: '28.5.2+dfsg4' })
  fake.handler = (request, response) => String(request.url).includes('/containers/json') &&
    response.setHeader('Server', 'Docker/1.10.0 (linux)').setHeader('Api-Version', '1.22').end(bare)
  t.match(await errorOf(engine.containers()), { code: 'ENGINE_VERSION', message: /supports at most 1\.22; upgrade it/ })
})

t.test('adapts to an older Engine behind a proxy that allows only versioned paths', async t => {
  const { fake, engine } = await start(t)
  let most = '/v1.44/'
  fake.handler = (request, response) => {
    const path = String(request.url)
    if (!/^\/v1\.\d\d\/(version|containers\/)/.test(path)) return response.writeHead(403).end('Forbidden')
    response.setHeader('Api-Version', most.slice(2, -1))
    if (path >= most && !path.startsWith(most)) return response.writeHead(400).end(TOO_NEW)
    return response.end(path.endsWith('/version') ? fixture('version.json') : '[]')
  }
  t.match(await engine.ping(), { apiVersion: '1.44' })
  most = '/v1.41/'
  t.match(await engine.ping(), { apiVersion: '1.41' })
})
