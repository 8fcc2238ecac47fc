import t from 'tap'
import { build } from '../support/build.ts'

t.test('returns one target per host, at the address of the request', async t => {
  const yaml = 'hosts: { nas: { url: unix:///nowhere }, "b \\"2\\"": { url: unix:///elsewhere } }'
  const { app } = await build(t, { yaml })
  const headers = { authorization: 'Bearer marked-secret', host: 'stats.lan:7070' }
  const response = await app.inject({ url: '/sd', headers })
  t.equal(response.statusCode, 200)
  t.match(response.headers, { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-cache' })
  t.strictSame(response.json(), ['nas', 'b "2"'].map(name => ({
    targets: ['stats.lan:7070'],
    labels: { __metrics_path__: '/metrics', __param_host: name, instance: name }
  })))
})

t.test('uses the public address behind a trusted proxy', async t => {
  const hosts = 'hosts: { nas: { url: unix:///nowhere } }'
  const headers = {
    authorization: 'marked-secret', 'x-forwarded-host': 'ex.org', 'x-forwarded-proto': 'https', host: 'inner:7070'
  }
  const target = async (server: string) => {
    const { app } = await build(t, { yaml: `server: ${server}\n${hosts}` })
    return (await app.inject({ url: '/sd', headers })).json()[0]
  }
  const labels = { __metrics_path__: '/metrics', __param_host: 'nas', instance: 'nas' }
  t.strictSame(await target('{}'), { targets: ['inner:7070'], labels })
  t.strictSame(await target('{ trustProxy: [10.0.0.0/8] }'), { targets: ['inner:7070'], labels })
  const trusted = { targets: ['ex.org'], labels: { __scheme__: 'https', ...labels } }
  t.strictSame(await target('{ trustProxy: 127.0.0.1 }'), trusted)
  t.strictSame(await target('{ trustProxy: true }'), trusted)
  t.strictSame(await target('{ publicUrl: https://a.example:8443/dockstat }'), {
    targets: ['a.example:8443'], labels: { __scheme__: 'https', ...labels, __metrics_path__: '/dockstat/metrics' }
  })
})

t.test('target labels do not conflict with the labels of the metrics', async t => {
  const { app } = await build(t, { yaml: 'hosts: { nas: { url: unix:///nowhere } }' })
  const headers = { authorization: 'marked-secret' }
  const [target] = (await app.inject({ url: '/sd', headers })).json()
  const { __metrics_path__: path, __param_host: host, ...labels } = target.labels
  const { statusCode, body } = await app.inject({ url: path, query: { host }, headers })
  t.equal(statusCode, 200)
  t.match(body, 'docker_host_up{docker_host="nas"} 0\n')
  for (const name of Object.keys(labels)) t.notMatch(body, `${name}="`)
})
