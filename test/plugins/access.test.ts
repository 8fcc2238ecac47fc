import { createHash } from 'node:crypto'
import t, { type Test } from 'tap'
import type { Scope } from '../../lib/access/access.ts'
import { build } from '../support/build.ts'
import { containerList, startFakeEngine } from '../support/fake-engine.ts'
import { until } from '../support/until.ts'

const sha256 = (token: string) => createHash('sha256').update(token).digest('hex')

const entry = (token: string, scopes: readonly Scope[], hosts?: readonly string[]) =>
  ({ name: token, sha256: sha256(token), scopes, ...hosts && { hosts } })

const tokens = [
  entry('for-stats', ['stats']),
  entry('for-metrics', ['metrics']),
  entry('for-config', ['config']),
  entry('for-docs', ['docs']),
  entry('guest', ['stats', 'metrics', 'docs'], ['alpha', 'a?b']),
  entry('neighbour', ['stats', 'metrics'], ['beta*']),
  entry('nobody', ['stats', 'metrics'], ['none-*'])
]

/** Builds the service with two hosts, on which nothing has the same name. */
async function start (t: Test, auth: object = { tokens }) {
  const engines = await Promise.all(['alpha', 'beta'].map(name =>
    startFakeEngine(t, { containers: containerList([{ id: `${name}1`, names: [`/${name}-web`] }]) })))
  const [alpha, beta] = engines.map(({ address }) => ({ url: address }))
  const yaml = JSON.stringify({ auth, hosts: { alpha, beta } })
  const scopes = new Map<string, Scope | undefined>()
  const { app, log } = await build(t, {
    yaml,
    onRoute: ({ url, config }) => {
      if (!scopes.has(url)) scopes.set(url, config?.scope)
    }
  })
  await until(() => app.stats.snapshots().every(({ up }) => up))
  const get = (url: string, authorization: string, headers: Record<string, string> = {}) =>
    app.inject({ url, headers: { authorization, ...headers } })
  return { app, get, scopes, log }
}

const paths: Record<Scope, readonly string[]> = {
  stats: ['/stats', '/hosts', '/hosts/alpha', '/containers', '/containers/alpha/alpha-web'],
  metrics: ['/metrics', '/sd'],
  config: ['/config'],
  docs: ['/openapi.json', '/docs/']
}

t.test('a token allows only what its scopes say; SECRET allows everything', async t => {
  const { get } = await start(t)
  for (const [scope, urls] of Object.entries(paths)) {
    for (const url of urls) {
      for (const other of Object.keys(paths)) {
        const response = await get(url, `Bearer for-${other}`)
        t.equal(response.statusCode, other === scope ? 200 : 403, `${url} for ${other}`)
        if (other === scope) continue
        t.match(response.json(), {
          statusCode: 403, code: 'MISSING_SCOPE', error: 'Forbidden', message: new RegExp(`needs the scope ${scope}$`)
        })
      }
      t.equal((await get(url, 'marked-secret')).statusCode, 200, url)
    }
  }
  t.equal((await get('/', 'for-docs')).statusCode, 302)
  t.equal((await get('/nothing', 'for-docs')).statusCode, 404)
  t.equal((await get('/stats', sha256('for-stats'))).statusCode, 401, 'the hash is not the token')
})

t.test('every route that needs a token names its scope, except the documentation', async t => {
  const { scopes, app } = await start(t)
  const without = [...scopes].flatMap(([url, scope]) => scope === undefined && app.needsToken(url) ? [url] : [])
  t.strictSame(without.filter(url => !/^\/(docs|openapi.json$)/.test(url)), ['*'], '* is for CORS preflights')
})

t.test('a token with hosts sees nothing of the others, in any response', async t => {
  const { get } = await start(t)
  const urls = [
    ...paths.stats, ...paths.metrics, '/stats?host=alpha', '/metrics?host=alpha', '/containers?host=alpha&name=*',
    '/containers?name=beta*', '/stats?host=bet', '/stats?host=beta', '/hosts/beta', '/hosts/bet', '/metrics?host=beta',
    '/containers/beta/beta-web', '/containers/alpha/beta-web', '/containers?fields=host,name'
  ]
  for (const url of urls) {
    const { body, headers, statusCode } = await get(url, 'guest')
    const path = decodeURIComponent(url)
    const visible = statusCode === 404 ? body.replaceAll(/There is no (host|container) \S+( on \S+)?\./g, '') : body
    t.notMatch(visible + JSON.stringify(headers), /beta/, path)
  }
  t.strictSame(Object.keys((await get('/stats', 'guest')).json()), ['alpha'])
  t.strictSame(Object.keys((await get('/hosts', 'guest')).json()), ['alpha'])
  t.strictSame(Object.keys((await get('/stats', 'neighbour')).json()), ['beta'])
  t.match((await get('/sd', 'guest')).json(), [{ labels: { instance: 'alpha' } }])
  t.equal((await get('/sd', 'guest')).json().length, 1)
  t.match((await get('/metrics', 'guest')).body, 'docker_host="alpha"')
  t.match((await get('/hosts/bet', 'guest')).json().message, 'There is no host bet. Did you mean alpha?')
})

t.test('a token that matches no host gets empty responses', async t => {
  const { get } = await start(t)
  t.strictSame((await get('/stats', 'nobody')).json(), {})
  t.strictSame((await get('/containers', 'nobody')).json(), [])
  t.notMatch((await get('/metrics', 'nobody')).body, /docker_host=/)
  t.match((await get('/hosts/alpha', 'nobody')).json().message, 'There is no host alpha. There are none to show.')
})

t.test('tokens that see different hosts never share an ETag', async t => {
  const { get, app } = await start(t)
  for (const url of ['/stats', '/hosts', '/hosts/alpha', '/containers', '/metrics']) {
    const tags = new Set<unknown>()
    for (const token of ['marked-secret', 'guest', 'nobody']) {
      const { headers: { etag }, statusCode } = await get(url, token)
      if (statusCode === 404) continue
      t.notOk(tags.has(etag), `${url} for ${token}`)
      tags.add(etag)
      const others = ['marked-secret', 'guest', 'nobody'].filter(other => other !== token)
      for (const other of others) {
        t.not((await get(url, other, { 'if-none-match': String(etag) })).statusCode, 304, url)
      }
      const conditional = await until(async () => {
        const before = app.stats.snapshots()
        const { headers } = await get(url, token)
        const { statusCode } = await get(url, token, { 'if-none-match': String(headers.etag) })
        return app.stats.snapshots() === before && statusCode
      })
      t.equal(conditional, 304, url)
    }
  }
})

t.test('more than 10 wrong tokens a minute get 429, while valid tokens still work', async t => {
  const { get, app, log } = await start(t)
  for (let times = 0; times < 10; times++) t.equal((await get('/stats', `wrong-${times}`)).statusCode, 401)
  const response = await get('/stats', 'wrong')
  t.equal(response.statusCode, 429)
  t.match(response.json(), { statusCode: 429, code: 'TOO_MANY_ATTEMPTS', error: 'Too Many Requests' })
  t.match(response.headers, { 'retry-after': /^\d+$/, 'access-control-allow-origin': '*' })
  const wait = Number(response.headers['retry-after'])
  t.ok(wait > 0 && wait <= 60)
  for (const token of ['marked-secret', 'for-stats']) t.equal((await get('/stats', token)).statusCode, 200)
  t.equal((await app.inject('/stats')).statusCode, 401, 'a request without a token is no attempt')
  t.equal((await app.inject('/status')).statusCode, 200)
  t.notMatch(log(), /wrong/)
})

t.test('attempts are counted per address, and per /64 in IPv6', async t => {
  const { app } = await build(t, { yaml: 'server: { trustProxy: 127.0.0.1 }' })
  const attempt = async (address: string) => (await app.inject({
    url: '/stats', headers: { authorization: 'wrong', 'x-forwarded-for': address }
  })).statusCode
  for (let times = 0; times < 10; times++) {
    t.equal(await attempt('10.0.0.1'), 401)
    t.equal(await attempt(`2001:db8:1:2::${times}`), 401)
  }
  t.equal(await attempt('10.0.0.1'), 429)
  t.equal(await attempt('10.0.0.2'), 401)
  t.equal(await attempt('2001:db8:1:2:aaaa::1'), 429)
  t.equal(await attempt('2001:db8:1:3::1'), 401)
})

t.test('tokens replace the generated one', async t => {
  const yaml = JSON.stringify({ auth: { tokens: tokens.slice(0, 4) } })
  const { app } = await build(t, { yaml, env: { SECRET: '' } })
  t.equal(app.generatedToken, null)
  t.equal((await app.inject({ url: '/stats', headers: { authorization: 'for-stats' } })).statusCode, 200)
  t.equal((await app.inject({ url: '/stats', headers: { authorization: '' } })).statusCode, 401)
})

t.test('the hash of nothing does not accept requests without a token', async t => {
  const empty = { ...entry('', ['stats']), name: 'empty' }
  const { app } = await build(t, { yaml: JSON.stringify({ auth: { tokens: [empty] } }) })
  for (const headers of [{}, { authorization: '' }]) {
    t.equal((await app.inject({ url: '/stats', headers })).statusCode, 401)
  }
  for (const authorization of ['Bearer', 'Basic ', 'Basic Og==']) {
    t.equal((await app.inject({ url: '/stats', headers: { authorization } })).statusCode, 401, authorization)
  }
})
