import t from 'tap'
import { loadConfig } from '../../lib/config/load.ts'
import pino from 'pino'
import { createServer } from '../../app.ts'
import { build } from '../support/build.ts'
import { folder } from '../support/folder.ts'
import { listenOn, send } from '../support/raw.ts'
import config from '../../plugins/config.ts'
import errors from '../../plugins/errors.ts'

const headers = { authorization: 'marked-secret' }
const shape = ['statusCode', 'code', 'error', 'message']

t.test('responds to an unknown path with 404 in the common error shape', async t => {
  const { app } = await build(t)
  const response = await app.inject({ url: '/nothing?x=1', headers })
  t.equal(response.statusCode, 404)
  t.strictSame(response.json(), {
    statusCode: 404, code: 'NOT_FOUND', error: 'Not Found', message: 'There is nothing at /nothing'
  })
})

t.test('responds to a missing file of the documentation in the common error shape', async t => {
  const { app } = await build(t)
  const response = await app.inject({ url: '/docs/static/nothing.js', headers })
  t.equal(response.statusCode, 404)
  t.strictSame(response.json(), {
    statusCode: 404, code: 'NOT_FOUND', error: 'Not Found', message: 'There is nothing at /docs/static/nothing.js'
  })
})

t.test('responds to a wrong method with 405 and the allowed ones', async t => {
  const { app } = await build(t)
  for (const url of ['/', '/stats', '/hosts', '/config', '/status']) {
    for (const method of ['POST', 'PUT', 'PATCH', 'DELETE'] as const) {
      const response = await app.inject({ method, url, headers })
      t.equal(response.statusCode, 405, `${method} ${url}`)
      t.equal(response.headers.allow, 'GET, HEAD')
      t.match(response.json(), { statusCode: 405, code: 'METHOD_NOT_ALLOWED', error: 'Method Not Allowed' })
      t.strictSame(Object.keys(response.json()), shape)
    }
  }
})

t.test('does not expose internal errors', async t => {
  const lines: string[] = []
  const streams = pino.multistream({ level: 'error', stream: { write: (line: string) => { lines.push(line) } } })
  const source = { env: {}, cwd: folder(t) }
  const first = await loadConfig(source)
  const app = createServer({ logger: pino({}, streams), streams }, first)
  t.teardown(() => app.close())
  await app.register(config, { source, config: first })
  await app.register(errors)
  app.get('/', () => { throw new Error('connect ENOENT /secret/path') })
  const upstream = Object.assign(new Error('upstream broke'), { statusCode: 502, code: 'ENGINE_FAILED' })
  app.get('/thrown', () => { throw upstream })
  for (const url of ['/', '/thrown']) {
    const response = await app.inject(url)
    t.equal(response.statusCode, 500)
    t.match(response.json(), { statusCode: 500, code: 'INTERNAL_SERVER_ERROR', error: 'Internal Server Error' })
    const [id] = /req-\w+/.exec(response.json().message) ?? []
    t.match(JSON.parse(lines.at(-1) ?? ''), { reqId: id ?? 'none', msg: 'request failed' })
  }
  t.match(lines.join(''), /ENOENT \/secret\/path/)
})

t.test('client errors keep their code and message', async t => {
  const { app } = await build(t)
  const response = await app.inject({ url: '/%', headers })
  t.equal(response.statusCode, 400)
  t.strictSame(Object.keys(response.json()), shape)
})

t.test('rejects a wrong method or an unknown path before parsing the body', async t => {
  const { app } = await build(t)
  const bodies = [
    ['application/json', '{'], ['application/json', `"${'x'.repeat(2_000_000)}"`], ['application/xml', '<a/>'],
    ['application/x-www-form-urlencoded', 'a=1'], ['nonsense', 'x'], ['', 'x']
  ] as const
  for (const [type, payload] of bodies) {
    const ask = (url: string) =>
      app.inject({ method: 'POST', url, payload, headers: { ...headers, 'content-type': type } })
    t.match((await ask('/stats')).json(), { statusCode: 405, code: 'METHOD_NOT_ALLOWED' }, type)
    t.match((await ask('/nothing')).json(), { statusCode: 404, code: 'NOT_FOUND' }, type)
  }
})

t.test('rejects conditions that a file of the documentation does not meet', async t => {
  const { app } = await build(t)
  for (const condition of [{ range: 'bytes=9999999-' }, { 'if-match': '"a"' }]) {
    const response = await app.inject({ url: '/docs/static/logo.svg', headers: { ...headers, ...condition } })
    t.match(response.json(), { statusCode: 400, code: 'BAD_REQUEST', error: 'Bad Request' })
    t.strictSame(Object.keys(response.json()), shape)
  }
})

t.test('ignores what clients expect', async t => {
  const { app } = await build(t)
  const port = await listenOn(app)
  for (const expectation of ['a-miracle', '100-continue']) {
    const bytes = `GET /status HTTP/1.1\r\nHost: a\r\nConnection: close\r\nExpect: ${expectation}\r\n\r\n`
    t.match(await send(t, port, bytes), { statusCode: 200, body: 'UP' })
  }
})

t.test('names may be as long as a URL', async t => {
  const { app } = await build(t)
  const name = 'k8s_'.padEnd(4000, 'x')
  for (const url of [`/hosts/${name}`, `/containers/${name}/x`, `/containers/local/${name}`]) {
    t.match((await app.inject({ url, headers })).json(), { statusCode: 404, code: /_NOT_FOUND$/ })
  }
  t.match((await app.inject({ url: `/${name}`, headers })).headers, { 'access-control-allow-origin': '*' })
})
