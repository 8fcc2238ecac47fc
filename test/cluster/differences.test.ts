import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import type { ClusterState } from '../../lib/cluster/state.ts'
import { FORMAT } from '../../lib/cluster/message.ts'
import type { Built } from '../support/build.ts'
import { redisMissing, startRedis } from '../support/redis.ts'
import {
  BEAT, freshAt, polledBy, read, replicaYaml, settled, startEngines, startReplicas, wait
} from '../support/replicas.ts'
import { until } from '../support/until.ts'

const differencesAt = async ({ app }: Built) =>
  (await read<ClusterState>(app, '/cluster')).replicas.map(({ differences }) => differences)

t.test('the newer of two configurations leads until all have it', { skip: redisMissing }, async t => {
  const redis = await startRedis(t)
  const engines = await startEngines(t, { hosts: 8 })
  const fewer = new Map([...engines].slice(0, 7))
  const before = replicaYaml(redis.url, fewer)
  const after = replicaYaml(redis.url, engines, 'tags: { raw: red }\n')
  const [older, newer] = await startReplicas(t, before, fewer) as [Built, Built]

  writeFileSync(join(newer.cwd, 'dockstat.yaml'), after)
  await newer.app.reloadConfig()
  await until(() => polledBy(newer).length === 8 && polledBy(older).length === 0)
  await freshAt([older, newer], engines)
  for (const { app, log } of [older, newer]) {
    t.strictSame(Object.keys(await read(app, '/stats')), [...engines.keys()])
    await until(() => /has another configuration; what differs: tags, hosts\./.test(log()))
  }
  t.match(newer.log(), /That of this replica is newer, and applies to all/)
  t.match(older.log(), /The newer one applies to all/)
  for (const replica of [older, newer]) {
    const { replicas } = await read<ClusterState>(replica.app, '/cluster')
    const stale = replicas.filter(({ isLeading }) => !isLeading)
    t.match(stale, [{ id: older.app.cluster()?.id, differences: ['tags', 'hosts'] }])
  }

  writeFileSync(join(older.cwd, 'dockstat.yaml'), after)
  await older.app.reloadConfig()
  await settled([older, newer], engines)
  await freshAt([older, newer], engines)
  for (const replica of [older, newer]) await until(async () => (await differencesAt(replica)).flat().length === 0)
  t.match(await read(older.app, '/cluster'), { replicas: [{ isLeading: true }, { isLeading: true }] })
})

t.test('a removed host disappears everywhere', { skip: redisMissing }, async t => {
  const redis = await startRedis(t)
  const engines = await startEngines(t, { hosts: 6 })
  const fewer = new Map([...engines].slice(1))
  const replicas = await startReplicas(t, replicaYaml(redis.url, engines), engines) as [Built, Built]
  writeFileSync(join(replicas[0].cwd, 'dockstat.yaml'), replicaYaml(redis.url, fewer))
  await replicas[0].app.reloadConfig()
  for (const { app } of replicas) {
    await until(async () => !Object.hasOwn(await read<object>(app, '/hosts'), 'h0'))
    t.strictSame(Object.keys(await read<object>(app, '/stats')), [...fewer.keys()])
  }
  await until(() => engines.get('h0')?.streams.size === 0)
  await freshAt(replicas, fewer)
  t.pass('the others go on')
})

t.test('a replica of another version is shown, and does not count', { skip: redisMissing }, async t => {
  const redis = await startRedis(t)
  const engines = await startEngines(t, { hosts: 6 })
  const replicas = await startReplicas(t, replicaYaml(redis.url, engines), engines) as [Built, Built]
  const shares = replicas.map(polledBy)
  const info = { id: 'strange', name: 'next', version: '9.0.0', format: FORMAT + 1, digest: 'other', hosts: 6 }
  const garbage = ['', ' ', 'garbage', 'someone garbage', '\u0000\u0001', 'x'.repeat(100_000)]
  for (let beat = 0; beat < 4; beat++) {
    await redis.command('ZADD', 'dockstat:replicas', String(Date.now() + 60_000), 'strange')
    await redis.command('HSET', 'dockstat:infos', 'strange', JSON.stringify(info), 'broken', '{', 'empty', 'null')
    await redis.command('ZADD', 'dockstat:replicas', String(Date.now() + 60_000), 'broken')
    for (const body of garbage) await redis.command('PUBLISH', `dockstat:${FORMAT}:feed`, body)
    await wait(BEAT)
  }
  await freshAt(replicas, engines)
  t.strictSame(replicas.map(polledBy), shares, 'no host moves')
  for (const { app, log } of replicas) {
    const { replicas, messages, isConnected } = await read<ClusterState>(app, '/cluster')
    t.equal(isConnected, true)
    t.match(replicas.find(({ id }) => id === 'strange'), { name: 'next', version: '9.0.0', isReadable: false })
    t.equal(replicas.filter(({ isReadable }) => isReadable).length, 2)
    t.ok(messages.unreadable >= 4 * (garbage.length - 1))
    t.equal(log().match(/Replica \\"next\\" has version 9.0.0, whose messages this version cannot read/g)?.length, 1)
    t.equal(log().match(/Cannot read a message of another replica/g)?.length, 1)
    t.match((await app.inject({ url: '/metrics', headers: { authorization: 'marked-secret' } })).body,
      /dockstatapi_cluster_unreadable_messages_total \d\d/)
  }
})
