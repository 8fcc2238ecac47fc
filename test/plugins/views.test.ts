import { gunzipSync } from 'node:zlib'
import t, { type Test } from 'tap'
import { build } from '../support/build.ts'
import { containerList, startFakeEngine } from '../support/fake-engine.ts'
import { until } from '../support/until.ts'

async function serve (t: Test) {
  const engine = await startFakeEngine(t, { containers: containerList([{ id: 'aa' }]) })
  const yaml = `mintimeout: 60000\nhosts: { one: { url: ${engine.address} }, two: { url: unix:///nowhere } }`
  const { app } = await build(t, { yaml })
  await until(() => app.stats.snapshots()[0]?.containers[0]?.restartCount === 0 && app.stats.snapshots()[1]?.error)
  const get = (url: string, headers: Record<string, string> = {}) =>
    app.inject({ url, headers: { authorization: 'marked-secret', ...headers } })
  return { app, engine, get }
}

t.test('responds with 304 until something changes', async t => {
  const { app, engine, get } = await serve(t)
  for (const url of ['/stats', '/hosts', '/hosts/one', '/stats?host=one']) {
    const first = await get(url)
    t.match(first.headers, { etag: /^"/, 'last-modified': / GMT$/, age: /^\d+$/ }, url)
    const etag = String(first.headers.etag)
    for (const tags of [etag, `"other", ${etag}`, `W/${etag}`, '*']) {
      const again = await get(url, { 'if-none-match': tags })
      t.equal(again.statusCode, 304, tags)
      t.equal(again.body, '')
      t.equal(again.headers.etag, etag)
    }
    t.equal((await get(url, { 'if-none-match': '"other"' })).statusCode, 200)
    const date = String(first.headers['last-modified'])
    t.equal((await get(url, { 'if-modified-since': date })).statusCode, 304)
    const later = new Date(Date.parse(date) + 3_600_000).toUTCString()
    t.equal((await get(url, { 'if-modified-since': later })).statusCode, 200, 'the clock was set back in the meantime')
  }
  const { etag } = (await get('/stats')).headers
  engine.containers = containerList([{ id: 'aa', state: 'paused' }])
  engine.emit('pause', 'aa')
  await until(() => app.stats.snapshots()[0]?.containers[0]?.state === 'paused')
  t.equal((await get('/stats', { 'if-none-match': String(etag) })).statusCode, 200)
})

t.test('returns only the requested hosts', async t => {
  const { get } = await serve(t)
  t.strictSame(Object.keys((await get('/stats')).json()), ['one', 'two'])
  t.strictSame(Object.keys((await get('/stats?host=two')).json()), ['two'])
  t.strictSame(Object.keys((await get('/hosts?host=two&host=one')).json()), ['one', 'two'])
  for (const url of ['/stats?host=tow', '/hosts?host=tow', '/hosts/tow']) {
    const response = await get(url)
    t.equal(response.statusCode, 404, url)
    t.match(response.json(), { code: 'HOST_NOT_FOUND', message: 'There is no host tow. Did you mean two?' })
  }
})

t.test('shows all details of one host', async t => {
  const { get } = await serve(t)
  t.match((await get('/hosts/one')).json(), {
    host: 'one',
    up: true,
    error: null,
    engine: { kind: 'docker', version: '28.5.2+dfsg4', apiVersion: '1.51', oneShot: 'direct', cpus: 2 },
    containers: { total: 1, byState: { running: 1 } },
    poll: { durationMs: Number, intervalMs: 60000, isStalled: false },
    requests: { ping: 1, list: 1, inspect: 1, stats: 1, info: 1 },
    missingRights: [],
    events: /live|connecting/
  })
  t.match((await get('/hosts/two')).json(), {
    up: false, lastSeen: null, error: { code: 'ENGINE_UNREACHABLE', message: /nowhere/ }, engine: null
  })
})

t.test('compresses if accepted, with a separate ETag for each form', async t => {
  const names = Array.from({ length: 20 }, (_, index) => ({ id: `a${index}` }))
  const engine = await startFakeEngine(t, { containers: containerList(names) })
  const { app } = await build(t, { yaml: `mintimeout: 60000\nhosts: { one: { url: ${engine.address} } }` })
  await until(() =>
    app.stats.snapshots()[0]?.containers.filter(({ limits, sample }) => limits && sample).length === names.length)
  const get = (url: string, encoding: string) =>
    app.inject({ url, headers: { authorization: 'marked-secret', 'accept-encoding': encoding } })
  for (const url of ['/stats', '/hosts', '/containers', '/metrics']) {
    const forms = await Promise.all(['identity', 'gzip', 'br'].map(encoding => get(url, encoding)))
    t.equal(new Set(forms.map(({ headers }) => headers.etag)).size, 3, url)
    for (const { headers, rawPayload } of forms) {
      t.match(headers.vary, /Accept-Encoding/)
      t.equal(headers['content-length'], String(rawPayload.length))
    }
    const isLong = url !== '/hosts'
    t.strictSame(forms.map(({ headers }) => headers['content-encoding']), [
      undefined, isLong ? 'gzip' : undefined, isLong ? 'br' : undefined
    ], url)
    const [plain, zipped] = forms
    const unzipped = isLong && zipped ? gunzipSync(zipped.rawPayload) : zipped?.rawPayload
    t.strictSame(unzipped, plain?.rawPayload)
  }
})
