import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import type { BrowserContextOptions } from 'playwright-core'
import t, { type Test } from 'tap'
import { build } from './support/build.ts'
import { browser, noBrowser } from './support/chromium.ts'
import { containersOf, parser } from './support/event-stream.ts'
import { containerList, startFakeEngine } from './support/fake-engine.ts'
import { until } from './support/until.ts'

const modules = join(import.meta.dirname, '../node_modules')
const reference = readFileSync(join(import.meta.dirname, 'backend-api-reference.md'), 'utf8')
const [, snippet = ''] = /^```jsx\n(.*?)^```$/ms.exec(reference) ?? []

const REACT = ['react/umd/react.development.js', 'react-dom/umd/react-dom.development.js']

/** A page that runs the React example of the reference and shows its result. */
const html = `<!doctype html>
<link rel="icon" href="data:,">
<pre id="root"></pre>
${REACT.map(file => `<script src="/${file}"></script>`).join('\n')}
<script>
  const { createElement, useEffect, useState } = React
  function Example ({ apihost, apiKey }) {
    const [result, setResult] = useState('')
    ${snippet}
    return createElement('span', null, result)
  }
  const props = Object.fromEntries(new URLSearchParams(location.search))
  ReactDOM.createRoot(document.getElementById('root')).render(createElement(Example, props))
</script>`

/** Serves the page from a separate origin. */
async function serve (t: Test): Promise<string> {
  const server = createServer(({ url = '/' }, response) => {
    const script = REACT.find(file => url === `/${file}`)
    response.setHeader('Content-Type', script ? 'text/javascript' : 'text/html; charset=utf-8')
    response.end(script ? readFileSync(join(modules, script)) : html)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => {
    server.close()
    server.closeAllConnections()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

/** Starts the service and records each request: method, path, token and status code. */
async function listen (t: Test, yaml: string) {
  const { app } = await build(t, { yaml })
  const requests: [string | undefined, string | undefined, string | undefined, number][] = []
  app.server.on('request', ({ method, url, headers }, response) => {
    response.once('finish', () => requests.push([method, url, headers.authorization, response.statusCode]))
  })
  t.teardown(() => app.server.closeAllConnections())
  const apihost = await app.listen({ host: '127.0.0.1', port: 0 })
  return { app, apihost, requests }
}

/** Opens a page in a new browser profile, and records its requests and console errors. */
async function visit (t: Test, url: string, options: BrowserContextOptions = {}) {
  const context = await (await browser()).newContext(options)
  t.teardown(() => context.close())
  const page = await context.newPage()
  const errors: string[] = []
  const asked: string[] = []
  page.on('request', request => asked.push(request.url()))
  page.on('console', message => { if (message.type() === 'error') errors.push(message.text()) })
  page.on('pageerror', error => errors.push(String(error)))
  await page.goto(url)
  return { page, errors, asked }
}

/** Opens the page of the example with the given properties. */
const open = (t: Test, origin: string, properties: Record<string, string> = {}) =>
  visit(t, `${origin}/?${new URLSearchParams(properties)}`)

t.test('runs the React example of the reference on a page from another origin', { skip: noBrowser }, async t => {
  const yaml = 'mintimeout: 10000 # The minimum time to wait\n\ntags:\n  raspberry: red-200\n'
  const { apihost, requests } = await listen(t, yaml)
  const { page, errors } = await open(t, await serve(t), { apihost, apiKey: 'marked-secret' })
  t.equal(await until(() => page.textContent('#root')), yaml)
  t.same(requests, [['OPTIONS', '/config', undefined, 204], ['GET', '/config', 'marked-secret', 200]])
  t.same(errors, [])
})

t.test('reports a wrong token to a page from another origin', { skip: noBrowser }, async t => {
  const { apihost, requests } = await listen(t, '')
  const { page, errors } = await open(t, await serve(t), { apihost, apiKey: 'wrong' })
  await until(() => errors.some(error => error.includes('Failed to fetch data')))
  t.equal(await page.textContent('#root'), '')
  t.same(requests.map(([method,,, statusCode]) => [method, statusCode]), [['OPTIONS', 204], ['GET', 401]])
})

t.test('serves /stats to a page from another origin', { skip: noBrowser }, async t => {
  const engine = await startFakeEngine(t, { containers: containerList([{ id: 'aa', names: ['/seen'] }]) })
  const { app, apihost, requests } = await listen(t, `hosts: { one: { url: ${engine.address} } }`)
  await until(() => app.stats.snapshots()[0]?.up)
  const { page } = await open(t, await serve(t))
  const answer = await page.evaluate(async url => {
    const response = await fetch(url, { headers: { Authorization: 'marked-secret' } })
    return await response.json()
  }, `${apihost}/stats`)
  t.match(answer, { one: [{ name: 'seen', hostName: 'one', state: 'running' }] })
  t.same(requests, [['OPTIONS', '/stats', undefined, 204], ['GET', '/stats', 'marked-secret', 200]])
})

t.test('blocks a page whose origin is not in cors.origin', { skip: noBrowser }, async t => {
  const { apihost, requests } = await listen(t, 'cors: { origin: https://elsewhere.example }')
  const { page, errors } = await open(t, await serve(t), { apihost, apiKey: 'marked-secret' })
  await until(() => errors.some(error => error.includes('blocked by CORS policy')))
  t.equal(await page.textContent('#root'), '')
  t.same(requests.map(([method]) => method), ['OPTIONS'])
})

t.test('allows a page whose origin is in cors.origin', { skip: noBrowser }, async t => {
  const origin = await serve(t)
  const { apihost } = await listen(t, `cors: { origin: ${origin} }`)
  const { page } = await open(t, origin, { apihost, apiKey: 'marked-secret' })
  t.match(await until(() => page.textContent('#root')), `origin: ${origin}`)
})

t.test('shows the API documentation without requests to other sites', { skip: noBrowser }, async t => {
  const { apihost } = await listen(t, '')
  const httpCredentials = { username: 'me', password: 'marked-secret' }
  const { page, errors, asked } = await visit(t, `${apihost}/docs`, { httpCredentials })
  const paths = await until(async () => {
    const shown = await page.locator('.opblock-summary-path').allTextContents()
    return shown.length > 0 ? shown : null
  })
  t.ok(paths.includes('/stats'), paths.join())
  t.same(asked.filter(url => !url.startsWith(`${apihost}/`) && !url.startsWith('data:')), [])
  t.same(errors, [])
})

t.test('a page of another origin reads the compressed stream with fetch', { skip: noBrowser }, async t => {
  const engine = await startFakeEngine(t, { containers: containerList([{ id: 'c1' }, { id: 'c2' }]) })
  const { app, apihost } = await listen(t, `mintimeout: 100\nhosts: { nas: { url: '${engine.address}' } }`)
  await until(() => app.stats.snapshots()[0]?.up)
  const { page } = await visit(t, await serve(t))
  const reading = page.evaluate(async url => {
    const response = await fetch(url, { headers: { Authorization: 'marked-secret' } })
    let text = ''
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader()
    for (let part = await reader?.read(); part && !part.done; part = await reader?.read()) text += part.value
    return text
  }, `${apihost}/stream`)
  await until(() => app.streamCounts.events.update >= 3)
  await app.close()
  const { all, feed } = parser()
  feed(await reading)
  t.match(all.map(({ event }) => event).join(' '), /^snapshot( update){3,} end$/)
  t.strictSame(containersOf(all).nas?.map(({ id }) => id), ['c1', 'c2'])
})
