import { createRequire } from 'node:module'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { FORMAT } from '../../lib/cluster/message.ts'
import { build, type Built } from '../support/build.ts'
import { containerList, startFakeEngine } from '../support/fake-engine.ts'
import { redisMissing, startRedis } from '../support/redis.ts'
import { MARK } from '../support/secrets.ts'
import { until } from '../support/until.ts'

const headers = { authorization: MARK }
const HOSTS = 'mintimeout: 200\nhosts: { none: { url: unix:///nowhere } }\n'

/** Whether the library for Valkey and Redis is loaded, with all that is loaded with it. */
const isLoaded = () => Object.keys(createRequire(import.meta.url).cache).some(file => file.includes('iovalkey'))

const yamlFor = (url: string, more = '') => `${HOSTS}cluster: { url: "${url}", lease: 1000${more} }\n`

const get = async ({ app }: Built, url: string) => (await app.inject({ url, headers }))

const connected = ({ app }: Built) => until(() => app.cluster()?.isConnected && app.cluster()?.leases.held === 1)

t.test('a service alone loads nothing, and shows nothing of clusters', async t => {
  const engine = await startFakeEngine(t, { containers: containerList([{ id: 'aa' }]) })
  const built = await build(t, { yaml: `mintimeout: 100\nhosts: { one: { url: "${engine.address}" } }` })
  await until(() => built.app.stats.snapshots()[0]?.up)
  t.notOk(isLoaded())
  t.equal(built.app.cluster(), null)
  t.strictSame(built.app.stats.snapshots().map(({ replica }) => replica), [null])
  t.match((await get(built, '/hosts/one')).json(), { replica: null })
  const { body } = await get(built, '/metrics')
  t.match(body, 'dockstatapi_')
  t.notMatch(body, 'dockstatapi_cluster_')
  const file = join(built.cwd, 'dockstat.yaml')
  const hosts = `hosts: { one: { url: "${engine.address}" } }`
  writeFileSync(file, `mintimeout: 200\n${hosts}\ncluster: { url: "redis://nowhere" }`)
  await built.app.reloadConfig()
  t.match(built.log(), 'Restart the service to change cluster')
  t.equal(built.app.config.mintimeout, 200, 'all else applies')
  t.equal(built.app.cluster(), null)
  t.notOk(isLoaded())
})

t.test('a replica keeps its cluster until it ends', { skip: redisMissing }, async t => {
  const redis = await startRedis(t)
  const built = await build(t, { yaml: yamlFor(redis.url) })
  await connected(built)
  t.ok(isLoaded())
  const { body } = await get(built, '/metrics')
  t.match(body, 'dockstatapi_cluster_connected 1\n')
  t.match(body, 'dockstatapi_cluster_leases 1\n')
  writeFileSync(join(built.cwd, 'dockstat.yaml'), `${HOSTS.replace('200', '250')}`)
  await built.app.reloadConfig()
  t.match(built.log(), 'Restart the service to change cluster')
  t.equal(built.app.cluster()?.isConnected, true)
  t.notMatch((await get(built, '/config')).body, 'redis')
  await built.app.close()
  t.equal(await redis.command('KEYS', '*lease*'), '')
  t.equal(await redis.command('ZCARD', 'dockstat:replicas'), '0')
})

t.test('users, databases and prefixes are those of the URL', { skip: redisMissing }, async t => {
  const acl = ['default off', 'me on >p@ss:w/rd ~mine:* &mine:* +@all']
  const redis = await startRedis(t, { acl })
  const built = await build(t, { yaml: yamlFor(`${redis.urlFor('me', 'p@ss:w/rd')}/3`, ', prefix: mine') })
  await connected(built)
  t.match(await redis.command('INFO', 'keyspace'), /^db3:keys=5,/m)
  t.match(await redis.command('PUBSUB', 'CHANNELS'), `mine:${FORMAT}:feed`)
  t.notMatch(built.log(), 'p@ss')
  const text = (await get(built, '/config')).body
  t.match(text, 'url: ******')
})

t.test('a wrong password is named as such', { skip: redisMissing }, async t => {
  const redis = await startRedis(t, { acl: ['default off', 'me on >right ~* &* +@all'] })
  const built = await build(t, { yaml: yamlFor(redis.urlFor('me', 'wrong-one')) })
  await until(() => built.app.cluster()?.problem?.includes('WRONGPASS'))
  t.match(built.log(), /Cannot reach the server of the cluster: .*WRONGPASS/)
  t.notMatch(built.log(), 'wrong-one')
})
