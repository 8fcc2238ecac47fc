import t from 'tap'
import { build } from '../support/build.ts'
import { MARK } from '../support/secrets.ts'

const basic = (user: string, password: string) => `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`

t.test('accepts the token in every documented form', async t => {
  const { app } = await build(t)
  const right = [MARK, `Bearer ${MARK}`, `bearer ${MARK}`, basic('', MARK), basic('me', MARK)]
  for (const authorization of right) {
    t.equal((await app.inject({ url: '/config', headers: { authorization } })).statusCode, 200, authorization)
  }
})

t.test('rejects all other requests, except for /status and /', async t => {
  const { app, log } = await build(t)
  const near = [MARK.slice(1), `${MARK}1`, basic(MARK, '')]
  const wrong = ['', 'wrong-token', ...near, 'Bearer', 'Bearer wrong-token', 'Basic !']
  for (const authorization of wrong) {
    const response = await app.inject({ url: '/stats', headers: { authorization } })
    t.equal(response.statusCode, 401, authorization)
    t.match(response.json(), { statusCode: 401, code: 'UNAUTHORIZED', error: 'Unauthorized', message: /token/ })
    t.strictSame(Object.keys(response.json()), ['statusCode', 'code', 'error', 'message'])
    t.match(response.headers['www-authenticate'], [/^Bearer realm=/, /^Basic realm=/])
  }
  for (const url of ['/stats', '/hosts', '/config', '/unknown', '/status/x']) {
    t.equal((await app.inject(url)).statusCode, 401, url)
  }
  t.equal((await app.inject({ method: 'DELETE', url: '/stats' })).statusCode, 401)
  t.equal((await app.inject('/status')).statusCode, 200)
  t.equal((await app.inject('/')).statusCode, 302, 'holds no data')
  await app.inject('/stats?token=wrong-token&x=marked-secret')
  t.notMatch(log(), /wrong-token|secret/)
})

t.test('generates a token if none is configured', async t => {
  const { app, log } = await build(t, { env: { SECRET: '' } })
  const { generatedToken } = app
  t.match(generatedToken, /^[\w-]{32}$/)
  t.equal((await app.inject({ url: '/stats', headers: { authorization: String(generatedToken) } })).statusCode, 200)
  t.notMatch(log(), String(generatedToken))
  t.not((await build(t, { env: { SECRET: '' } })).app.generatedToken, generatedToken)
  t.equal((await build(t)).app.generatedToken, null)
})

t.test('SKIP_AUTH disables the token and logs a warning', async t => {
  const { app, log } = await build(t, { env: { SKIP_AUTH: 'true' } })
  t.equal((await app.inject('/stats')).statusCode, 200)
  t.equal(app.generatedToken, null)
  t.match(log(), /"level":40.*SKIP_AUTH is set: requests need no token/)
})

t.test('logs wrong tokens at most once a minute per address', async t => {
  const { app, log } = await build(t, { yaml: 'server: { trustProxy: 127.0.0.1 }' })
  for (let times = 0; times < 200; times++) {
    await app.inject({ url: '/stats', headers: { authorization: 'wrong', 'x-forwarded-for': `10.0.0.${times % 2}` } })
  }
  const lines = log().split('\n').filter(line => line.includes('10.0.0.')).map(line => JSON.parse(line))
  t.match(lines, ['10.0.0.0', '10.0.0.1'].map(address => ({ level: 30, address, requests: 1 })))
  t.equal(lines.length, 2)
})
