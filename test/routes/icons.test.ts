import t from 'tap'
import { build } from '../support/build.ts'

const authorization = 'marked-secret'

t.test('sends icons of simple-icons and of the folder web.icons', async t => {
  const files = { 'own.svg': '<svg xmlns="http://www.w3.org/2000/svg"/>', 'notes.txt': 'private' }
  const { app } = await build(t, { yaml: 'web: { icons: . }', files })
  const get = (icon: string, headers = { authorization }) =>
    app.inject({ url: `/icons/${encodeURIComponent(icon)}`, headers })
  const simple = await get('SI:docker')
  t.equal(simple.statusCode, 200)
  t.match(simple.body, '<svg')
  t.match(simple.headers, {
    'content-type': 'image/svg+xml',
    'content-security-policy': "default-src 'none'",
    'x-content-type-options': 'nosniff',
    'cache-control': /max-age=86400/
  })
  t.equal((await get('own.svg')).body, files['own.svg'])
  for (const icon of ['SI:none-of-them', 'SI:../docker', 'none.svg', 'notes.txt', '../own.svg', 'dockstat.yaml']) {
    t.equal((await get(icon)).statusCode, 404, icon)
  }
  t.equal((await app.inject('/icons/SI:docker')).statusCode, 401, 'icons tell which services run')
})

t.test('has no own icons without a folder', async t => {
  const { app } = await build(t, { files: { 'own.svg': '<svg/>' } })
  t.equal((await app.inject({ url: '/icons/own.svg', headers: { authorization } })).statusCode, 404)
})
