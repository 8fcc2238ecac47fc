import t from 'tap'
import { build } from '../support/build.ts'

const origin = 'https://dash.example.com'
const preflight = (from: string) => ({
  method: 'OPTIONS' as const,
  url: '/stats',
  headers: { origin: from, 'access-control-request-method': 'GET', 'access-control-request-headers': 'authorization' }
})

t.test('allows every origin by default, including the Authorization header', async t => {
  const { app } = await build(t)
  const response = await app.inject(preflight(origin))
  t.equal(response.statusCode, 204)
  t.match(response.headers, {
    'access-control-allow-origin': '*',
    'access-control-allow-headers': 'authorization',
    'access-control-allow-methods': 'GET, HEAD'
  })
  const answer = await app.inject({ url: '/stats', headers: { origin, authorization: 'marked-secret' } })
  t.equal(answer.headers['access-control-allow-origin'], '*')
  const refused = await app.inject({ url: '/stats', headers: { origin } })
  t.equal(refused.headers['access-control-allow-origin'], '*', 'pages can read the 401 response')
})

t.test('allows every requested header, because clients add their own', async t => {
  const { app } = await build(t)
  const { headers, ...request } = preflight(origin)
  const asked = 'authorization,x-requested-with'
  const response = await app.inject({ ...request, headers: { ...headers, 'access-control-request-headers': asked } })
  t.equal(response.headers['access-control-allow-headers'], asked)
  t.match(response.headers.vary, /Access-Control-Request-Headers/)
})

t.test('cors.origin accepts * for any subdomain', async t => {
  const { app } = await build(t, { yaml: 'cors: { origin: [https://*.example.com, http://localhost:3000] }' })
  const allows = async (from: string) =>
    (await app.inject(preflight(from))).headers['access-control-allow-origin'] === from
  for (const from of ['https://a.example.com', 'https://a.b.example.com', 'http://localhost:3000']) {
    t.equal(await allows(from), true, from)
  }
  const others = [
    'https://example.com', 'http://a.example.com', 'https://aexample.com', 'https://a.example.com.evil',
    'https://evil/a.example.com', 'https://a.exampleXcom', 'http://localhost:3001'
  ]
  for (const from of others) t.equal(await allows(from), false, from)
})

t.test('cors.origin restricts the origins', async t => {
  for (const value of [origin, `[${origin}, https://other.example.com]`]) {
    const { app } = await build(t, { yaml: `cors: { origin: ${value} }` })
    const allowed = await app.inject(preflight(origin))
    t.equal(allowed.statusCode, 204)
    t.equal(allowed.headers['access-control-allow-origin'], origin)
    const denied = await app.inject(preflight('https://evil.example.com'))
    t.not(denied.headers['access-control-allow-origin'], 'https://evil.example.com')
    t.not(denied.headers['access-control-allow-origin'], '*')
  }
})

t.test('a response that depends on the origin says so, besides what else it depends on', async t => {
  const { app } = await build(t, { yaml: `cors: { origin: ${origin} }` })
  const { headers } = await app.inject({ url: '/stats', headers: { origin, authorization: 'marked-secret' } })
  t.equal(headers.vary, 'Origin, Accept-Encoding, Accept')
})
