import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createConfig, lintFromString } from '@redocly/openapi-core'
import t from 'tap'
import { build } from '../support/build.ts'

const headers = { authorization: 'marked-secret' }

t.test('describes every route and passes the linter', async t => {
  const { app, log } = await build(t)
  const { statusCode, body } = await app.inject({ url: '/openapi.json', headers })
  t.equal(statusCode, 200, log())
  const served = Object.keys(JSON.parse(body).paths).map(path => path.replace(/\{(\w+)\}/g, ':$1'))
  for (const path of served) t.ok(app.hasRoute({ method: 'GET', url: path }), path)
  for (const path of ['/stats', '/hosts', '/config', '/status']) t.ok(served.includes(path), path)
  const rules = { 'operation-2xx-response': 'off' } as const // GET / only redirects
  const config = await createConfig({ extends: ['recommended-strict'], rules })
  const problems = await lintFromString({ source: body, absoluteRef: 'openapi.json', config })
  t.strictSame(problems.map(({ ruleId, message, location }) => [ruleId, message, location[0]?.pointer]), [])
})

t.test('puts every route into one of seven groups', async t => {
  const { app } = await build(t)
  const { tags, paths } = (await app.inject({ url: '/openapi.json', headers })).json()
  const groups = tags.map(({ name }: { name: string }) => name)
  t.strictSame(groups, ['Stats', 'Hosts', 'Containers', 'Events', 'Prometheus', 'Cluster', 'Service'])
  for (const [path, { get }] of Object.entries<{ get: { tags: string[] } }>(paths)) {
    t.equal(get.tags.length, 1, path)
    t.ok(groups.includes(get.tags[0]), path)
  }
})

t.test('requires no parameter that has a default', async t => {
  const { app } = await build(t)
  const { paths } = (await app.inject({ url: '/openapi.json', headers })).json()
  for (const [path, { get }] of Object.entries<{ get: { parameters?: { in: string, required: boolean }[] } }>(paths)) {
    for (const { in: where, required } of get.parameters ?? []) t.equal(required, where === 'path', path)
  }
})

t.test('shows the icon of the page', async t => {
  const { app } = await build(t)
  const { headers: sent, body } = await app.inject({ url: '/docs/static/theme/icon.svg', headers })
  t.equal(sent['content-type'], 'image/svg+xml')
  t.equal(body, readFileSync(join(import.meta.dirname, '../../web/icon.svg'), 'utf8'))
})

t.test('the page sends requests to where it is open, whatever the public URL', async t => {
  const { app } = await build(t, { yaml: 'server: { publicUrl: https://ex.org/docker }' })
  const servers = async (url: string) => (await app.inject({ url, headers })).json().servers
  t.strictSame(await servers('/docs/json'), [{ url: '..' }])
  t.strictSame(await servers('/openapi.json'), [{ url: 'https://ex.org/docker' }])
})

t.test('has an example for every response with data', async t => {
  const { app } = await build(t)
  const { paths } = (await app.inject({ url: '/openapi.json', headers })).json()
  for (const path of ['/stats', '/hosts', '/hosts/{host}', '/containers', '/containers/{host}/{container}', '/sd']) {
    const { content } = paths[path].get.responses[200]
    t.match(JSON.stringify(content['application/json']), /"examples?":.*(web|atlas)/, path)
  }
  for (const { schema } of Object.values<{ schema: object }>(paths['/metrics'].get.responses[200].content)) {
    t.match(schema, { examples: [/docker_host_up\{/] })
  }
})

t.test('the description needs the token unless docs.public is set', async t => {
  for (const [yaml, statusCode] of [['', 401], ['docs:\n  public: true\n', 200]] as const) {
    const { app } = await build(t, { yaml })
    for (const url of ['/openapi.json', '/docs', '/docs/', '/docs/static/swagger-ui.css']) {
      t.equal((await app.inject(url)).statusCode, statusCode, url)
      t.equal((await app.inject({ url, headers })).statusCode, 200, url)
    }
    t.equal((await app.inject('/stats')).statusCode, 401)
  }
})

t.test('documents which routes need a token', async t => {
  const security = async (env: NodeJS.ProcessEnv) => {
    const { app } = await build(t, { env })
    const { paths } = (await app.inject({ url: '/openapi.json', headers })).json()
    return [paths['/status'].get.security, paths['/stats'].get.security]
  }
  t.strictSame(await security({}), [[], undefined])
  t.strictSame(await security({ SKIP_AUTH: 'true' }), [[], []])
})

t.test('the page has security headers that keep it working over HTTP', async t => {
  const { app } = await build(t)
  for (const url of ['/docs/', '/docs/static/swagger-ui.css']) {
    const { headers, statusCode } = await app.inject({ url, headers: { authorization: 'marked-secret' } })
    t.equal(statusCode, 200)
    t.match(headers, {
      'content-security-policy': /default-src 'self';.*frame-ancestors 'self'/,
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'SAMEORIGIN',
      'referrer-policy': 'no-referrer'
    })
    t.notMatch(headers['content-security-policy'], /upgrade-insecure-requests/)
    t.notHas(headers, 'strict-transport-security')
  }
})

t.test('without a token, no response names the server, its version or its routes', async t => {
  const { app } = await build(t)
  const urls = ['/', '/status', '/stats', '/nothing', '/docs', '/docs/json', '/openapi.json', '/%', '/stats?x=1']
  for (const url of urls) {
    for (const method of ['GET', 'POST', 'OPTIONS'] as const) {
      const { headers, body, rawPayload } = await app.inject({ method, url })
      t.notHas(headers, 'server')
      t.notHas(headers, 'x-powered-by')
      t.notMatch(JSON.stringify(headers) + body, /2\.0\.0|fastify|node\.?js|\/(hosts|containers|metrics|sd)\b/i, url)
      t.ok(rawPayload.length < 300, url)
    }
  }
})
