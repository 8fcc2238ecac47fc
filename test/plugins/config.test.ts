import t, { type Test } from 'tap'
import { loadConfig } from '../../lib/config/load.ts'
import { build } from '../support/build.ts'
import { containerList, startFakeEngine } from '../support/fake-engine.ts'
import { folder } from '../support/folder.ts'
import { until } from '../support/until.ts'
import { join } from 'node:path'
import { writeFileSync } from 'node:fs'

/** Loads a configuration from YAML. */
async function configOf (t: Test, yaml: string, env: NodeJS.ProcessEnv = {}) {
  const cwd = folder(t)
  writeFileSync(join(cwd, 'dockstat.yaml'), yaml)
  return await loadConfig({ env: { SECRET: 'marked-secret', ...env }, cwd })
}

const containers = containerList([{ id: 'aa', names: ['/web'] }])
const start = (t: Test) => startFakeEngine(t, { containers })

t.test('applying a configuration starts, stops and replaces only the hosts that changed', async t => {
  const [kept, gone, moved, target, added] =
    [await start(t), await start(t), await start(t), await start(t), await start(t)]
  const yaml = (hosts: Record<string, string>) => JSON.stringify({
    mintimeout: 100, hosts: Object.fromEntries(Object.entries(hosts).map(([name, url]) => [name, { url }]))
  })
  const { app, log } = await build(t, { yaml: yaml({ kept: kept.address, gone: gone.address, moved: moved.address }) })
  const up = () => app.stats.snapshots().filter(({ up }) => up).map(({ host }) => host)
  await until(() => up().length === 3)
  const before = app.stats.snapshots().map(({ epoch }) => epoch)
  const asked = kept.requests.filter(path => path.includes('/events')).length
  const heard: unknown[] = []
  app.onConfig((next, previous) => { heard.push([previous.version, next.version]) })
  const removed: unknown[] = []
  app.stats.subscribe((next, previous) => { if (next === null) removed.push(previous?.host) })
  await app.applyConfig(await configOf(t, yaml({ added: added.address, moved: target.address, kept: kept.address })))
  t.strictSame(heard, [[1, 2]])
  t.equal(app.config.version, 2)
  t.strictSame(removed, ['gone'])
  t.ok(Object.isFrozen(app.config))
  await until(() => up().length === 3)
  t.strictSame(up(), ['added', 'moved', 'kept'])
  const after = app.stats.snapshots()
  t.equal(after[2]?.epoch, before[0], 'the same collector')
  t.not(after[1]?.epoch, before[2])
  t.equal(after[1]?.address, target.address)
  t.equal(kept.requests.filter(path => path.includes('/events')).length, asked, 'its event stream continues')
  await until(() => gone.sockets.size === 0 && moved.sockets.size === 0)
  t.equal(log().split('Connected to host').length - 1, 5)
})

t.test('a changed presentation changes the response', async t => {
  const engine = await start(t)
  const yaml = (link: string) =>
    `{ mintimeout: 60000, hosts: { nas: { url: "${engine.address}" } }, container: { web: { link: "${link}" } } }`
  const { app } = await build(t, { yaml: yaml('https://a.example') })
  const ask = async () => {
    const { headers: { etag }, body } = await app.inject({ url: '/stats', headers: { authorization: 'marked-secret' } })
    return { etag, body }
  }
  const before = await ask()
  t.match(before.body, '"link":"https://a.example"')
  await app.applyConfig(await configOf(t, yaml('https://b.example')))
  const after = await ask()
  t.match(after.body, '"link":"https://b.example"')
  t.not(after.etag, before.etag)
})

t.test('requests use the current token, origins and limits', async t => {
  const { app } = await build(t)
  const ask = (authorization: string) =>
    app.inject({ url: '/config', headers: { authorization, origin: 'https://b.example' } })
  const yaml = 'cors: { origin: https://a.example }\nserver: { limits: { connections: 10, stalledTimeout: 5000 } }'
  await app.applyConfig(await configOf(t, yaml, { SECRET: 'other' }))
  t.equal((await ask('marked-secret')).statusCode, 401)
  const { statusCode, headers } = await ask('other')
  t.equal(statusCode, 200)
  t.notHas(headers, 'access-control-allow-origin')
  t.match(app.server, { maxConnections: 10, timeout: 5000 })
})
