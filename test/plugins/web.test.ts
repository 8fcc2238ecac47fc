import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { build } from '../support/build.ts'
import { folder } from '../support/folder.ts'

/** A folder like that of the built page. */
function pageIn (t: Test): string {
  const page = folder(t)
  mkdirSync(join(page, 'assets'))
  writeFileSync(join(page, 'index.html'), '<!doctype html><title>the page</title>')
  writeFileSync(join(page, 'assets/main.js'), 'plain')
  writeFileSync(join(page, 'assets/main.js.gz'), 'compressed')
  return page
}

t.test('what the page consists of needs no token, and is sent compressed', async t => {
  const { app } = await build(t, { page: pageIn(t) })
  t.equal(app.hasPage, true)
  const plain = await app.inject('/assets/main.js')
  t.equal(plain.body, 'plain')
  t.match(plain.headers['content-type'], 'javascript')
  const { body, headers } = await app.inject({ url: '/assets/main.js', headers: { 'accept-encoding': 'gzip' } })
  t.equal(body, 'compressed')
  t.equal(headers['content-encoding'], 'gzip')
  for (const path of ['none.js', '..%2findex.html', 'main.js%00']) {
    t.equal((await app.inject(`/assets/${path}`)).statusCode, 401, 'anything else needs a token')
  }
})

t.test('the service works without the page', async t => {
  const { app } = await build(t, { page: join(folder(t), 'none') })
  t.equal(app.hasPage, false)
  const headers = { authorization: 'marked-secret' }
  t.equal((await app.inject({ url: '/assets/main.js', headers })).statusCode, 404)
  t.equal((await app.inject({ url: '/', headers: { accept: 'text/html' } })).headers.location, 'stats')
})

t.test('the page may ask only this service', async t => {
  const { app } = await build(t, { page: pageIn(t) })
  const { headers } = await app.inject({ url: '/', headers: { accept: 'text/html,*/*;q=0.8' } })
  t.match(headers, { 'referrer-policy': 'no-referrer', 'x-content-type-options': 'nosniff', vary: /Accept/ })
  const policy = String(headers['content-security-policy'])
  t.match(policy, "default-src 'none'; script-src 'self'; style-src 'self'")
  t.notMatch(policy, 'unsafe-inline')
})
