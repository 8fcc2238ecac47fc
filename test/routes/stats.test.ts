import t from 'tap'
import { build } from '../support/build.ts'
import { containerList, startFakeEngine } from '../support/fake-engine.ts'
import { fixture } from '../support/fixture.ts'
import { until } from '../support/until.ts'

const headers = { authorization: 'marked-secret' }

t.test('returns all containers of all hosts, in configuration order', async t => {
  const one = await startFakeEngine(t, {
    containers: containerList([
      { id: 'aa', names: ['/zz/alias', '/web'], image: 'nginx:1', networkMode: 'edge_default' },
      { id: 'bb', names: ['/db'], image: 'postgres', state: 'exited', networkMode: 'host' }
    ])
  })
  const two = await startFakeEngine(t, { transport: 'tcp', containers: fixture('containers-all.json') })
  const { app } = await build(t, {
    yaml: `
mintimeout: 60000
hosts:
  b: { url: ${two.address} }
  "10": { url: ${one.address} }
  2: { url: unix:///nowhere }
tags: { private: violet-400 }
container:
  web: { link: https://example.com, icon: web.png, tags: "private, raspberry" }
`
  })
  await until(() => app.stats.snapshots()[0]?.up && app.stats.snapshots()[1]?.up && app.stats.snapshots()[2]?.error)
  const response = await app.inject({ url: '/stats', headers })
  t.equal(response.statusCode, 200)
  t.match(response.headers, {
    'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-cache', 'content-length': /^\d+$/
  })
  t.match(response.body, /^\{"b":\[.*\],"10":\[.*\],"2":\[\]\}$/s)
  const fleet = response.json()
  t.equal(fleet.b.length, JSON.parse(two.containers).length)
  t.strictSame(fleet['10'], [
    {
      name: 'web',
      id: 'aa',
      hostName: '10',
      state: 'running',
      cpu_usage: 24064939738,
      mem_usage: 344064,
      mem_limit: 25276510208,
      net_rx: 2724,
      net_tx: 252,
      current_net_rx: 2724,
      current_net_tx: 252,
      networkMode: 'edge_default',
      link: 'https://example.com',
      icon: 'web.png',
      tags: 'private:violet-400,raspberry',
      image: 'nginx:1'
    },
    {
      name: 'db',
      id: 'bb',
      hostName: '10',
      state: 'exited',
      cpu_usage: 0,
      mem_usage: 0,
      mem_limit: 0,
      net_rx: 0,
      net_tx: 0,
      current_net_rx: 0,
      current_net_tx: 0,
      networkMode: 'host',
      link: '',
      icon: '',
      tags: '',
      image: 'postgres'
    }
  ])
})

t.test('a request does not call the Engine', async t => {
  const engine = await startFakeEngine(t)
  const { app } = await build(t, { yaml: `mintimeout: 60000\nhosts: { one: { url: ${engine.address} } }` })
  await until(() => app.stats.snapshots()[0]?.up)
  const asked = engine.requests.length
  for (const url of ['/stats', '/hosts', '/config', '/status']) await app.inject({ url, headers })
  t.equal(engine.requests.length, asked)
})

t.test('HEAD returns the headers of GET and no body', async t => {
  const { app } = await build(t)
  for (const url of ['/stats', '/hosts', '/config', '/status']) {
    const get = await app.inject({ url, headers })
    const head = await app.inject({ method: 'HEAD', url, headers })
    t.equal(head.statusCode, 200, url)
    t.equal(head.body, '')
    for (const name of ['content-type', 'content-length', 'cache-control']) {
      t.equal(head.headers[name], get.headers[name], name)
    }
  }
})
