import t from 'tap'
import { build } from '../support/build.ts'

const headers = { authorization: 'marked-secret' }

t.test('returns the file as written, with the token masked', async t => {
  const yaml = '# my hosts\nmintimeout: 10000 # slow\nauth: { token: hunter2-hunter2 }\n'
  const { app } = await build(t, { yaml, env: { SECRET: '' } })
  const response = await app.inject({ url: '/config', headers: { authorization: 'hunter2-hunter2' } })
  t.equal(response.statusCode, 200)
  t.equal(response.headers['content-type'], 'text/plain; charset=utf-8')
  t.equal(response.body, yaml.replace('hunter2-hunter2', '******'))
})

t.test('/status needs no token and returns UP regardless of the Engines', async t => {
  const { app, log } = await build(t, { yaml: 'hosts: { none: { url: unix:///nowhere } }' })
  const response = await app.inject('/status')
  t.equal(response.statusCode, 200)
  t.equal(response.headers['content-type'], 'text/plain; charset=utf-8')
  t.equal(response.body, 'UP')
  t.notMatch(log(), '/status')
})

t.test('the root redirects to /stats', async t => {
  const { app } = await build(t)
  const response = await app.inject({ url: '/', headers })
  t.equal(response.statusCode, 302)
  t.equal(response.headers.location, 'stats', 'relative, because a proxy may add a path prefix')
})
