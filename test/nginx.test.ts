import t, { type Test } from 'tap'
import { build } from './support/build.ts'
import { openEvents } from './support/event-stream.ts'
import { noNginx, startNginx } from './support/nginx.ts'
import { listenOn } from './support/raw.ts'
import { until } from './support/until.ts'

const headers = { authorization: 'marked-secret' }

/** Serves the service under /dockstat/ of a real nginx. */
async function serve (t: Test, yaml: string, lines: string) {
  const { app, log } = await build(t, { yaml: `${yaml}\nhosts: { nas: { url: unix:///none } }` })
  const upstream = await listenOn(app)
  const base = await startNginx(t, `http://127.0.0.1:${upstream}/`, lines)
  return { base, port: new URL(base).port, log, app }
}

/** Follows a link as a browser does, relative to the page that contains it. */
async function follow (base: string, path: string) {
  const response = await fetch(new URL(path, base), { headers, redirect: 'manual' })
  const location = response.headers.get('location')
  return { response, next: location === null ? null : new URL(location, response.url).href }
}

t.test('works under a path behind nginx', { skip: noNginx }, async t => {
  const { base } = await serve(t, '', 'proxy_set_header Host $host;')
  t.equal((await follow(base, '.')).next, `${base}stats`, 'the root redirects to /stats below the path')
  const page = await fetch(`${base}docs/`, { headers })
  const html = await page.text()
  const files = [...html.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, file = '']) => file)
  t.ok(files.length >= 5)
  for (const file of [...files, './json']) {
    t.equal((await fetch(new URL(file, page.url), { headers })).status, 200, file)
  }
  const ofPage = await (await fetch(`${base}docs/json`, { headers })).json()
  const ofApi = await (await fetch(`${base}openapi.json`, { headers })).json()
  for (const [document, url] of [[ofPage, `${base}docs/json`], [ofApi, `${base}openapi.json`]] as const) {
    const server = new URL(document.servers[0].url, url).href.replace(/\/$/, '')
    t.equal((await fetch(`${server}/stats`, { headers })).status, 200, server)
  }
})

t.test('takes its public URL from a trusted proxy or the configuration', { skip: noNginx }, async t => {
  const forwarded = 'proxy_set_header Host $host; proxy_set_header X-Forwarded-Host $http_host; ' +
    'proxy_set_header X-Forwarded-Proto https; proxy_set_header X-Forwarded-Prefix /dockstat; ' +
    'proxy_set_header X-Forwarded-For 192.0.2.7;'
  const trusting = await serve(t, 'server: { trustProxy: 127.0.0.1 }', forwarded)
  const target = async (base: string) => (await (await fetch(`${base}sd`, { headers })).json())[0]
  const labels = { __metrics_path__: '/dockstat/metrics', __scheme__: 'https', instance: 'nas' }
  t.match(await target(trusting.base), { targets: [`127.0.0.1:${trusting.port}`], labels })
  await fetch(`${trusting.base}none`, { headers })
  t.match(await until(() => trusting.log().split('\n').find(line => line.includes('"/none"'))), '192.0.2.7')
  const configured = await serve(t, 'server: { publicUrl: https://ex.org/dockstat/ }', 'proxy_set_header Host $host;')
  t.match(await target(configured.base), { targets: ['ex.org'], labels })
  const { servers } = await (await fetch(`${configured.base}openapi.json`, { headers })).json()
  t.strictSame(servers, [{ url: 'https://ex.org/dockstat' }])
})

t.test('events pass through nginx as they happen', { skip: noNginx }, async t => {
  const { base, app } = await serve(t, 'mintimeout: 100', 'proxy_set_header Host $host; proxy_http_version 1.1;')
  for (const accepted of ['identity', 'gzip']) {
    const events = await openEvents(t, `${base}stream`, { 'accept-encoding': accepted })
    t.equal(events.headers['content-encoding'], accepted === 'gzip' ? 'gzip' : undefined)
    await events.find('snapshot')
    await events.find('update')
    t.equal(events.state, 'open')
    events.close()
  }
  await until(() => app.streamCounts.clients === 0)
})
