import t, { type Test } from 'tap'
import { version } from '../../lib/version.ts'
import { build } from '../support/build.ts'
import { containerList, startFakeEngine } from '../support/fake-engine.ts'
import { until } from '../support/until.ts'

const TEXT = 'text/plain; version=0.0.4; charset=utf-8'
const OPENMETRICS = 'application/openmetrics-text; version=1.0.0; charset=utf-8'
const JSON_TYPE = 'application/json; charset=utf-8'

const PROMETHEUS_2 = 'application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,' +
  'text/plain;version=0.0.4;q=0.5,*/*;q=0.1'
const PROMETHEUS_3 = 'application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,' +
  'application/openmetrics-text;version=0.0.1;q=0.5,text/plain;version=1.0.0;escaping=allow-utf-8;q=0.4,' +
  'text/plain;version=0.0.4;q=0.3,*/*;q=0.2'
const OLD_TEXT = 'text/plain;version=0.0.4;q=1,*/*;q=0.1'

/** Serves one reachable host, with the container `web`, and one unreachable host. */
async function serve (t: Test, more = '') {
  const engine = await startFakeEngine(t, { containers: containerList([{ id: 'aa', names: ['/web'] }]) })
  const yaml = `mintimeout: 60000\n${more}\nhosts: { one: { url: ${engine.address} }, two: { url: unix:///nowhere } }`
  const { app } = await build(t, { yaml })
  await until(() => app.stats.snapshots()[0]?.containers[0]?.restartCount === 0 && app.stats.snapshots()[1]?.error)
  const get = (url: string, headers: Record<string, string> = {}) =>
    app.inject({ url, headers: { authorization: 'marked-secret', ...headers } })
  return { app, engine, get }
}

const samplesIn = (body: string) => body.split('\n').filter(line => line && !line.startsWith('#'))

t.test('returns the metrics of all hosts and of the service', async t => {
  const { get } = await serve(t)
  const { statusCode, headers, body } = await get('/metrics')
  t.equal(statusCode, 200)
  t.match(headers, {
    'content-type': TEXT,
    'cache-control': 'no-cache',
    vary: 'Accept',
    etag: /^"/,
    'last-modified': / GMT$/,
    age: /^\d+$/
  })
  for (const line of [
    'docker_host_up{docker_host="one"} 1',
    'docker_host_up{docker_host="two"} 0',
    'docker_container_running{docker_host="one",name="web"} 1',
    'docker_container_memory_working_set_bytes{docker_host="one",name="web"} 344064',
    'dockstatapi_poll_errors_total{docker_host="two",reason="ENGINE_UNREACHABLE"} 1',
    `dockstatapi_build_info{version="${version}"} 1`,
    'dockstatapi_config_last_reload_successful 1'
  ]) t.ok(samplesIn(body).includes(line), line)
  t.match(body, /^process_resident_memory_bytes \d+$/m)
  t.match(body, /^dockstatapi_config_last_reload_success_timestamp_seconds 1\d{9}(?:\.\d+)?$/m)
})

t.test('Accept selects the exposition; both have the same samples', async t => {
  const { get } = await serve(t)
  const cases = [['*/*', TEXT], [OLD_TEXT, TEXT], [PROMETHEUS_2, OPENMETRICS], [PROMETHEUS_3, OPENMETRICS]] as const
  for (const [accept, type] of cases) {
    const { headers, body } = await get('/metrics', { accept })
    t.match(headers, { 'content-type': type, vary: 'Accept' }, accept)
    t.equal(body.endsWith('\n# EOF\n'), type === OPENMETRICS)
    t.notMatch(body, '# EOF\n#')
  }
  const [text, openmetrics] = [await get('/metrics?host=one'), await get('/metrics?host=one', { accept: PROMETHEUS_3 })]
  t.strictSame(samplesIn(text.body), samplesIn(openmetrics.body))
  t.ok(openmetrics.body.endsWith('\n# EOF\n'))
  const families = (body: string) => [...body.matchAll(/^# TYPE (\S+)/gm)].length
  t.equal(families((await get('/metrics')).body), families((await get('/metrics', { accept: PROMETHEUS_3 })).body))
})

t.test('returns only the requested hosts, without the service', async t => {
  const { get } = await serve(t)
  const one = await get('/metrics?host=one')
  t.match(one.body, 'docker_container_running{docker_host="one",name="web"} 1')
  t.notMatch(one.body, /docker_host="two"|^process_|^nodejs_|^dockstatapi_build_info|^dockstatapi_config/m)
  const both = await get('/metrics?host=two&host=one')
  t.match(both.body, 'docker_host_up{docker_host="one"} 1\ndocker_host_up{docker_host="two"} 0\n')
  t.notMatch(both.body, /^process_/m)
  t.not(both.headers.etag, (await get('/metrics')).headers.etag)
  const none = await get('/metrics?host=tow')
  t.equal(none.statusCode, 404)
  t.match(none.json(), { code: 'HOST_NOT_FOUND', message: 'There is no host tow. Did you mean two?' })
})

t.test('the same ETag means the same bytes, until something changes', async t => {
  const { app, engine, get } = await serve(t)
  const forms = [
    ['/metrics', OLD_TEXT], ['/metrics', PROMETHEUS_3], ['/stats', '*/*'], ['/metrics?host=one', OLD_TEXT],
    ['/metrics?host=one', PROMETHEUS_3], ['/metrics?host=one&host=two', OLD_TEXT]
  ] as const
  const tags = new Set<string>()
  for (const [url, accept] of forms) {
    const { headers: { etag }, body } = await get(url, { accept })
    tags.add(String(etag))
    const again = await get(url, { accept })
    t.equal(again.headers.etag, etag)
    t.equal(again.body, body)
    const known = await get(url, { accept, 'if-none-match': String(etag) })
    t.equal(known.statusCode, 304)
    t.equal(known.body, '')
    t.match(known.headers, { etag, vary: 'Accept' })
  }
  t.equal(tags.size, forms.length, 'each form has its own ETag')
  engine.containers = containerList([{ id: 'aa', names: ['/web'], state: 'paused' }])
  engine.emit('pause', 'aa')
  await until(() => app.stats.snapshots()[0]?.containers[0]?.state === 'paused')
  const after = await get('/metrics')
  t.notOk(tags.has(String(after.headers.etag)))
  t.match(after.body, 'docker_container_state{docker_host="one",name="web",state="paused"} 1\n')
})

t.test('/stats returns metrics if Accept prefers them over JSON', async t => {
  const { get } = await serve(t)
  const browser = 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8'
  for (const accept of ['*/*', browser, 'application/json', 'text/plain', 'image/png']) {
    const { headers, body } = await get('/stats', { accept })
    t.match(headers, { 'content-type': JSON_TYPE, vary: 'Accept' }, accept)
    t.match(JSON.parse(body), { one: [{ name: 'web' }], two: [] })
  }
  t.match((await get('/stats')).headers, { 'content-type': JSON_TYPE, vary: 'Accept' }, 'no Accept')
  for (const [accept, type] of [[OLD_TEXT, TEXT], [PROMETHEUS_2, OPENMETRICS], [PROMETHEUS_3, OPENMETRICS]] as const) {
    const stats = await get('/stats', { accept })
    const metrics = await get('/metrics', { accept })
    t.match(stats.headers, { 'content-type': type, vary: 'Accept', etag: metrics.headers.etag }, accept)
    t.equal(stats.body, metrics.body)
  }
  t.notMatch((await get('/stats?host=two', { accept: OLD_TEXT })).body, /"one"|^process_/m)
  t.equal((await get('/stats?host=tow', { accept: OLD_TEXT })).statusCode, 404)
})

t.test('uses the configured labels and profile', async t => {
  const { get } = await serve(t, 'metrics: { profile: cadvisor }')
  const { body } = await get('/metrics')
  t.match(body, 'container_memory_usage_bytes{docker_host="one",name="web",image="busybox",id="/docker/aa"} 344064\n')
  t.match(body, 'machine_cpu_cores{docker_host="one"} 2\n')
})

t.test('HEAD returns the headers of GET and no body', async t => {
  const { app, get } = await serve(t)
  const { headers } = await get('/metrics')
  const head = await app.inject({ method: 'HEAD', url: '/metrics', headers: { authorization: 'marked-secret' } })
  t.equal(head.statusCode, 200)
  t.equal(head.body, '')
  for (const name of ['content-type', 'content-length', 'etag', 'vary']) {
    t.equal(head.headers[name], headers[name], name)
  }
})
