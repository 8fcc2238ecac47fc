import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { build } from '../support/build.ts'
import { folder } from '../support/folder.ts'

const CHROMIUM = 'text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8'

t.test('browsers get the page, everyone else is redirected to /stats', async t => {
  const page = folder(t)
  mkdirSync(join(page, 'assets'))
  writeFileSync(join(page, 'index.html'), 'the page')
  const { app } = await build(t, { page })
  const get = (accept?: string) => app.inject({ url: '/', headers: accept === undefined ? {} : { accept } })
  const shown = await get(CHROMIUM)
  t.equal(shown.statusCode, 200)
  t.equal(shown.body, 'the page')
  t.match(shown.headers['content-type'], 'text/html')
  for (const accept of [undefined, '*/*', 'application/json', 'application/json, text/html;q=0.5']) {
    const { statusCode, headers } = await get(accept)
    t.equal(statusCode, 302, String(accept))
    t.equal(headers.location, 'stats', 'relatively, so that it works below a path')
    t.match(headers.vary, 'Accept')
  }
})
