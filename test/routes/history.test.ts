import { createHash } from 'node:crypto'
import t, { type Test } from 'tap'
import { build } from '../support/build.ts'
import { containerList, startFakeEngine } from '../support/fake-engine.ts'
import { until } from '../support/until.ts'

interface Answer {
  intervalMs: number
  at: string[]
  memoryBytes: { avg: (number | null)[], max: (number | null)[] }
  containers: { id: string }[]
  gaps: { from: string, to: string }[]
}

/** Sees only the host pi. */
const LIMITED = 'limited-token'
const sha256 = createHash('sha256').update(LIMITED).digest('hex')

/** Serves a fake Engine that has been polled, and one that cannot be reached. */
async function serve (t: Test) {
  const engine = await startFakeEngine(t, {
    containers: containerList([{ id: 'abc1', names: ['/web'] }, { id: 'abd2', names: ['/db'] }])
  })
  const yaml = `mintimeout: 100
hosts: { nas: { url: "${engine.address}" }, pi: { url: "unix:///nowhere" } }
auth: { tokens: [{ name: only-pi, sha256: ${sha256}, scopes: [stats], hosts: [pi] }] }`
  const { app } = await build(t, { yaml })
  const get = (url: string, headers: Record<string, string> = {}) =>
    app.inject({ url, headers: { authorization: 'marked-secret', ...headers } })
  const read = async (url: string) => (await get(url)).json<Answer>()
  await until(async () => (await read('/containers/nas/db/history')).memoryBytes.avg.some(value => value !== null))
  return { app, engine, get, read }
}

t.test('returns the history of a container in columns', async t => {
  const { get, read, engine } = await serve(t)
  const requests = () => engine.requests.filter(request => !request.includes('stats')).length
  const before = requests()
  const response = await get('/containers/nas/web/history')
  t.match(response.headers, {
    'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-cache', vary: 'Accept-Encoding, Accept'
  })
  const { at, intervalMs, memoryBytes, containers } = response.json<Answer>()
  t.strictSame([at.length, memoryBytes.avg.length, memoryBytes.max.length], [181, 181, 181])
  t.equal(intervalMs, 5000)
  t.ok(memoryBytes.avg.some(value => value !== null && value > 0))
  t.strictSame(containers.map(({ id }) => id), ['abc1'])
  t.equal((await read('/containers/nas/web/history?from=24h&points=10')).at.length <= 10, true)
  t.strictSame((await read('/containers/nas/abc/history')).containers, containers, 'by ID prefix')
  t.equal(requests(), before, 'without asking the Engine')
})

t.test('returns the history of a host', async t => {
  const { read } = await serve(t)
  const { memoryBytes, containers } = await read('/hosts/nas/history')
  const { memoryBytes: one } = await read('/containers/nas/web/history')
  const most = ({ max }: Answer['memoryBytes']) => Math.max(...max.map(Number))
  t.equal(most(memoryBytes), 2 * most(one))
  t.strictSame(containers, [])
  t.ok((await read('/hosts/pi/history')).memoryBytes.avg.every(value => value === null))
})

t.test('says which parts of the range were not recorded', async t => {
  const { read } = await serve(t)
  for (const path of ['containers/nas/web', 'hosts/nas']) {
    const { at, gaps } = await read(`/${path}/history`)
    t.match(gaps, [{ from: at[0], to: /Z$/ }], 'before the service started')
    t.equal(gaps.length, 1)
    t.ok(at.includes(String(gaps[0]?.to)))
  }
  const { gaps, at, intervalMs } = await read('/hosts/pi/history')
  t.strictSame(gaps, [{ from: at[0], to: new Date(Date.parse(String(at.at(-1))) + intervalMs).toISOString() }])
})

t.test('returns CSV if Accept prefers that', async t => {
  const { get } = await serve(t)
  for (const accept of ['text/csv', 'text/*', 'application/json;q=0.5, text/csv']) {
    const { headers, body } = await get('/containers/nas/web/history?points=5', { accept })
    t.equal(headers['content-type'], 'text/csv; charset=utf-8', accept)
    const [head, ...rows] = body.trimEnd().split('\n')
    t.equal(head, 'time,cpuCoresAvg,cpuCoresMax,memoryBytesAvg,memoryBytesMax,rxBytesPerSecondAvg,' +
      'rxBytesPerSecondMax,txBytesPerSecondAvg,txBytesPerSecondMax,readBytesPerSecondAvg,readBytesPerSecondMax,' +
      'writeBytesPerSecondAvg,writeBytesPerSecondMax')
    t.ok(rows.length >= 3 && rows.length <= 5)
    for (const row of rows) t.match(row, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.000Z(,[\d.]*){12}$/)
  }
  for (const accept of ['', '*/*', 'application/json', 'image/png', 'text/html, */*']) {
    t.match((await get('/hosts/nas/history', { accept })).headers, { 'content-type': /json/ }, accept)
  }
})

t.test('compresses what is large', async t => {
  const { get } = await serve(t)
  const { headers, rawPayload } = await get('/hosts/nas/history', { 'accept-encoding': 'gzip' })
  t.equal(headers['content-encoding'], 'gzip')
  t.ok(rawPayload.length < 3000)
})

t.test('serves the history of a container that is gone', async t => {
  const { app, engine, read, get } = await serve(t)
  engine.containers = containerList([{ id: 'abc1', names: ['/web'] }])
  engine.emit('destroy', 'abd2')
  await until(() => app.stats.snapshots()[0]?.containers.length === 1)
  t.ok((await read('/containers/nas/db/history')).memoryBytes.avg.some(value => value !== null))
  t.match((await get('/containers/nas/abd2/history')).json(), {
    code: 'CONTAINER_NOT_FOUND', message: 'There is no container abd2 on nas. Did you mean web?'
  })
})

t.test('rejects unknown names and parameters, and hosts that the token must not see', async t => {
  const { get } = await serve(t)
  for (const [url, code, statusCode] of [
    ['/containers/nsa/web/history', 'HOST_NOT_FOUND', 404],
    ['/containers/nas/wbe/history', 'CONTAINER_NOT_FOUND', 404],
    ['/containers/nas/ab/history', 'CONTAINER_AMBIGUOUS', 409],
    ['/hosts/nsa/history', 'HOST_NOT_FOUND', 404],
    ['/hosts/nas/history?points=0', 'INVALID_QUERY', 400],
    ['/hosts/nas/history?from=1h&to=2h', 'INVALID_QUERY', 400],
    ['/hosts/nas/history?from=1h&from=2h', 'INVALID_QUERY', 400],
    ['/hosts/nas/history?since=1h', 'UNKNOWN_PARAMETER', 400]
  ] as const) t.match((await get(url)).json(), { code, statusCode }, url)
  const authorization = LIMITED
  t.equal((await get('/hosts/pi/history', { authorization })).statusCode, 200)
  for (const url of ['/hosts/nas/history', '/containers/nas/web/history']) {
    t.match((await get(url, { authorization })).json(), { code: 'HOST_NOT_FOUND' }, url)
  }
})
