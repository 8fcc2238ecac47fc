import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { isDeepStrictEqual, promisify } from 'node:util'
import t, { type Test } from 'tap'
import { fetch as fetchByUndici } from 'undici'
import { build, type BuildOptions } from '../support/build.ts'
import { containersOf, openEvents, parser, type Received } from '../support/event-stream.ts'
import { containerList, startFakeEngine } from '../support/fake-engine.ts'
import { dial, listenOn, send } from '../support/raw.ts'
import { until } from '../support/until.ts'

const headers = { authorization: 'marked-secret' }

const list = (...ids: string[]) => containerList(ids.map(id => ({ id, names: [`/${id}`], state: 'exited' })))

/** Serves hosts with a stopped container each; polls are frequent. */
async function serve (t: Test, names: readonly string[] = ['nas'], options: BuildOptions = {}) {
  const engines = await Promise.all(names.map(name => startFakeEngine(t, { containers: list(`${name}1`) })))
  const hosts = (chosen: readonly string[]) => chosen.map(name =>
    `  ${name}: { url: '${engines[names.indexOf(name)]?.address}' }\n`).join('')
  const yaml = (chosen: readonly string[] = names, rest = '') =>
    `mintimeout: 100\nresync: 1000\nhosts:\n${hosts(chosen)}\n${rest}`
  const built = await build(t, { yaml: yaml(), ...options })
  const { app, cwd } = built
  const url = `http://127.0.0.1:${await listenOn(app)}`
  await until(() => app.stats.snapshots().every(({ up }) => up))
  const save = (text: string) => writeFileSync(join(cwd, 'dockstat.yaml'), text)
  const json = async (url: string) => (await app.inject({ url, headers })).json()
  /** Waits until a client of all hosts knows the same containers as one of `/containers`. */
  const agree = (events: () => readonly Received[]) => until(async () => {
    const rows: { id: string }[] = await json('/containers')
    const known = Object.values(containersOf(events())).flat()
    return isDeepStrictEqual(known, rows.sort((a, b) => a.id.localeCompare(b.id)))
  })
  return { ...built, engines, url, yaml, save, json, agree }
}

t.test('sends a snapshot of each host, then what changes', async t => {
  const { engines: [engine], url, json, agree } = await serve(t, ['nas', 'pi'])
  const events = await openEvents(t, `${url}/stream`)
  t.equal(events.statusCode, 200)
  t.match(events.headers, {
    'content-type': 'text/event-stream',
    'cache-control': 'no-store',
    'x-accel-buffering': 'no',
    'access-control-allow-origin': '*',
    vary: /Accept-Encoding/
  })
  t.notHas(events.headers, 'content-length')
  const { data } = await events.find('snapshot', ({ host }) => host?.host === 'pi')
  t.strictSame(Object.keys(data.host ?? {}), Object.keys(await json('/hosts/pi')))
  t.equal(data.containers?.[0]?.id, 'pi1')
  if (engine) engine.containers = list('nas2')
  const update = await events.find('update', ({ left }) => left?.length === 1)
  t.strictSame(update.data.left, ['nas1'])
  t.equal(update.data.changed?.[0]?.id, 'nas2')
  await agree(() => events.all)
  t.equal(new Set(events.all.map(({ id }) => id)).size, events.all.length, 'each event has an ID of its own')
})

t.test('sends only the hosts that are asked for and that the token sees', async t => {
  const sha256 = createHash('sha256').update('guest').digest('hex')
  const tokens = [{ name: 'guest', sha256, scopes: ['stats'], hosts: ['p*'] }]
  const { url, yaml, save, app } = await serve(t, ['nas', 'pi'])
  save(yaml(undefined, `auth: ${JSON.stringify({ tokens })}`))
  await until(() => app.accessOf('guest'))
  for (const [query, authorization] of [['?host=pi', 'marked-secret'], ['', 'guest']] as const) {
    const events = await openEvents(t, `${url}/stream${query}`, { authorization })
    for (let times = 0; times < 3; times++) await until(() => events.all.length > times)
    t.strictSame(new Set(events.all.map(({ data }) => data.host?.host)), new Set(['pi']))
  }
})

t.test('a reload ends no stream if requests need no token', async t => {
  const { app, url } = await serve(t, ['nas'], { env: { SKIP_AUTH: 'true' } })
  const events = await openEvents(t, `${url}/stream`, { authorization: '' })
  await events.find('snapshot')
  await app.applyConfig({ ...app.config, tags: new Map([['edge', 'red']]) })
  const { length } = events.all
  await until(() => events.all.length > length)
  t.equal(events.state, 'open')
})

t.test('answers like other routes if there is nothing to stream', async t => {
  const { app, url } = await serve(t)
  const get = async (path: string, headers: Record<string, string>) => app.inject({ url: path, headers })
  t.match((await get('/stream?host=nass', headers)).json(), { statusCode: 404, code: 'HOST_NOT_FOUND' })
  t.match((await get('/stream?hots=nas', headers)).json(), { statusCode: 400, code: 'UNKNOWN_PARAMETER' })
  t.match((await get('/stream', {})).json(), { statusCode: 401 })
  t.equal((await app.inject({ url: '/stream', headers, method: 'POST' })).statusCode, 405)
  const head = await fetch(`${url}/stream`, { headers, method: 'HEAD' })
  t.equal(head.status, 200)
  t.equal(head.headers.get('content-type'), 'text/event-stream')
  const json = await openEvents(t, `${url}/stream`, { accept: 'application/json' })
  await json.find('snapshot')
})

t.test('a client that comes back misses nothing and gets nothing twice', async t => {
  const { engines: [engine], url, json, agree } = await serve(t)
  const first = await openEvents(t, `${url}/stream`)
  await first.find('update')
  first.close()
  for (let times = 1; times <= 5; times++) {
    if (engine) engine.containers = list(`nas${times}`, 'same')
    await until(async () => (await json('/containers')).some(({ id }: { id: string }) => id === `nas${times}`))
  }
  const { all } = first
  const seen = all.length
  const second = await openEvents(t, `${url}/stream`, { 'last-event-id': all.at(-1)?.id ?? '' })
  const both = () => [...all.slice(0, seen), ...second.all]
  await agree(both)
  t.strictSame(new Set(second.all.map(({ event }) => event)), new Set(['update']))
  t.equal(new Set(both().map(({ id }) => id)).size, both().length)
  t.strictSame(second.all.flatMap(({ data }) => data.left ?? []), ['nas1', 'nas2', 'nas3', 'nas4'].slice(-4))
})

t.test('the stream follows hosts that are added and removed', async t => {
  const { url, yaml, save, agree } = await serve(t, ['nas', 'pi'])
  const events = await openEvents(t, `${url}/stream`)
  await events.find('snapshot', ({ host }) => host?.host === 'pi')
  save(yaml(['nas']))
  const { data } = await events.find('removed')
  t.strictSame(data, { host: 'pi' })
  save(yaml(['nas', 'pi']))
  await until(() => events.all.filter(({ data }) => data.containers && data.host?.host === 'pi').length === 2)
  await until(() => containersOf(events.all).pi?.length === 1)
  await agree(() => events.all)
  t.equal(events.state, 'open')
})

t.test('a token that is revoked or limited ends its streams', async t => {
  const entry = (token: string, more: object = {}) =>
    ({ name: token, sha256: createHash('sha256').update(token).digest('hex'), scopes: ['stats'], ...more })
  const auth = (...tokens: object[]) => `auth: ${JSON.stringify({ tokens })}`
  const { url, yaml, save, app } = await serve(t)
  save(yaml(undefined, auth(entry('gone'), entry('scoped'), entry('narrow'), entry('same'))))
  await until(() => app.accessOf('gone'))
  const open = (authorization: string) => openEvents(t, `${url}/stream`, { authorization })
  const [gone, scoped] = [await open('gone'), await open('scoped')]
  const [narrow, same] = [await open('narrow'), await open('same')]
  for (const events of [gone, scoped, narrow, same]) await events.find('snapshot')
  const fewer = [entry('scoped', { scopes: ['config'] }), entry('narrow', { hosts: ['n*'] }), entry('same')]
  save(yaml(undefined, auth(...fewer)))
  for (const [events, reason] of [[gone, 'revoked'], [scoped, 'revoked'], [narrow, 'changed']] as const) {
    t.equal((await events.find('end')).data.reason, reason)
    await until(() => events.state === 'ended')
  }
  const before = same.all.length
  await until(() => same.all.length > before)
  t.equal(same.state, 'open')
})

t.test('shutdown ends streams at once', async t => {
  const { app, url } = await serve(t)
  const [plain, zipped] = [await openEvents(t, `${url}/stream`), await openEvents(t, `${url}/stream`, ZIPPED)]
  for (const events of [plain, zipped]) await events.find('snapshot')
  const begun = performance.now()
  await app.close()
  t.ok(performance.now() - begun < 2900, 'sooner than the deadline of other responses')
  for (const events of [plain, zipped]) {
    await until(() => events.state === 'ended')
    t.match(events.all.at(-1), { event: 'end', data: { reason: 'shutdown' } })
  }
})

const ZIPPED = { 'accept-encoding': 'gzip, deflate, br, zstd' }

t.test('node:zlib, undici and curl decode the compressed stream', async t => {
  const { url, engines: [engine], app } = await serve(t, ['nas'])
  if (engine) engine.containers = list(...Array.from({ length: 50 }, (_, index) => `nas${index}`))
  const events = await openEvents(t, `${url}/stream`, ZIPPED)
  t.equal(events.headers['content-encoding'], 'gzip')
  const response = await fetchByUndici(`${url}/stream`, { headers: { ...headers, ...ZIPPED } })
  const byUndici = parser()
  const reading = (async () => {
    const decoder = new TextDecoder()
    for await (const chunk of response.body ?? []) byUndici.feed(decoder.decode(chunk, { stream: true }))
  })()
  const curl = promisify(execFile)('curl', [
    '--silent', '--show-error', '--compressed', '--header', 'Authorization: marked-secret', `${url}/stream`
  ], { maxBuffer: 1e8 })
  await until(() => events.all.length > 3 && byUndici.all.length > 3)
  await until(() => app.streamCounts.clients === 3)
  await app.close()
  await reading
  const byCurl = parser()
  byCurl.feed((await curl).stdout)
  for (const { all } of [events, byUndici, byCurl]) {
    t.match(all[0], { event: 'snapshot' })
    t.match(all.at(-1), { event: 'end', data: { reason: 'shutdown' } })
    t.strictSame(containersOf(all), containersOf(events.all))
  }
  await until(() => events.state === 'ended')
})

t.test('drops a client that never reads', async t => {
  const { app, url, engines: [engine] } = await serve(t)
  if (engine) engine.containers = list(...Array.from({ length: 2000 }, (_, index) => `nas${index}`))
  await until(() => app.stats.snapshots()[0]?.containers.length === 2000)
  const deaf = dial(t, Number(new URL(url).port)).pause()
  deaf.write('GET /stream HTTP/1.1\r\nHost: a\r\nAuthorization: marked-secret\r\n\r\n')
  const reader = await openEvents(t, `${url}/stream`, ZIPPED)
  await until(() => app.streamCounts.clients === 2)
  for (let times = 0; app.streamCounts.dropped.behind === 0; times++) {
    const ids = Array.from({ length: 2000 }, (_, index) => `${times}nas${index}`)
    if (engine) engine.containers = list(...ids)
    await until(() => app.stats.snapshots()[0]?.containers[0]?.id === ids[0])
  }
  await until(() => app.streamCounts.clients === 1)
  t.equal(reader.state, 'open')
  const { body } = await app.inject({ url: '/metrics', headers })
  t.match(body, /^dockstatapi_stream_clients 1$/m)
  t.match(body, /^dockstatapi_stream_dropped_total\{reason="behind"\} 1$/m)
  t.match(body, /^dockstatapi_stream_events_total\{event="snapshot"\} 2$/m)
})

t.test('logs an event that cannot be encoded', async t => {
  const { app, url, log } = await serve(t)
  app.views.host = () => { throw new Error('a fault') }
  const events = await openEvents(t, `${url}/stream`)
  await until(() => events.state === 'cut off')
  const line = log().split('\n').find(line => line.includes('/stream')) ?? '{}'
  t.match(JSON.parse(line), { level: 50, err: { message: 'a fault' }, msg: /^Cannot send an event/ })
})

t.test('the limits of connections do not end a quiet stream', async t => {
  const engine = await startFakeEngine(t, { containers: list('nas1') })
  const limits = '{ stalledTimeout: 1000, keepAliveTimeout: 1000 }'
  const yaml = `mintimeout: 60000\nresync: 60000\nserver: { limits: ${limits} }\n` +
    `hosts: { nas: { url: '${engine.address}' } }`
  const { app } = await build(t, { yaml })
  const url = `http://127.0.0.1:${await listenOn(app)}`
  await until(() => app.stats.snapshots()[0]?.up)
  const events = await openEvents(t, `${url}/stream`)
  await events.find('snapshot')
  const other = dial(t, Number(new URL(url).port))
  other.write('GET /status HTTP/1.1\r\nHost: a\r\n\r\n')
  other.resume()
  await once(other, 'close')
  t.equal(events.state, 'open')
})

t.test('a client of HTTP/1.0 gets the stream without chunks', async t => {
  const { app, url } = await serve(t)
  const port = Number(new URL(url).port)
  const answer = send(t, port, 'GET /stream HTTP/1.0\r\nAuthorization: marked-secret\r\n\r\n')
  await until(() => app.streamCounts.events.snapshot === 1)
  await app.close()
  const { headers, body } = await answer
  t.notMatch(headers, /transfer-encoding/i)
  const { all, feed } = parser()
  feed(body)
  t.equal(all[0]?.event, 'snapshot')
  t.equal(all.at(-1)?.event, 'end')
})
