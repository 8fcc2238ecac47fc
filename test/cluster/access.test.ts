import t from 'tap'
import type { ClusterState } from '../../lib/cluster/state.ts'
import { redisMissing, startRedis } from '../support/redis.ts'
import {
  ask, freshAt, polledBy, read, replicaYaml, startChild, startEngines, startReplica, startReplicas
} from '../support/replicas.ts'
import { MARK } from '../support/secrets.ts'
import { until } from '../support/until.ts'

/** What docs/cluster.md tells users to allow. */
const RIGHTS = '~dockstat:* &dockstat:* -@all +eval +publish +subscribe +ping +info ' +
  '+time +get +set +del +pexpire +zadd +zrem +zrange +zrangebyscore +hset +hsetnx +hdel +hgetall'

t.test('a user with few rights is enough', { skip: redisMissing }, async t => {
  const redis = await startRedis(t, { acl: ['default off', `replica on >${MARK} ${RIGHTS}`] })
  const engines = await startEngines(t, { hosts: 6 })
  const replicas = await startReplicas(t, replicaYaml(redis.urlFor('replica', MARK), engines), engines)
  await freshAt(replicas, engines)
  t.equal(await redis.command('ACL', 'LOG'), '', 'nothing else was tried')
  await replicas[0]?.app.close()
  await until(() => replicas[1] && polledBy(replicas[1]).length === engines.size)
  t.equal(await redis.command('ACL', 'LOG'), '')
})

t.test('says which right is missing, and polls all hosts', { skip: redisMissing }, async t => {
  const missing = { eval: 'eval', publish: 'publish', subscribe: 'subscribe', hgetall: 'the user executing the script' }
  for (const [right, said] of Object.entries(missing)) {
    const rights = RIGHTS.replace(` +${right}`, '')
    const redis = await startRedis(t, { acl: ['default off', `replica on >${MARK} ${rights}`] })
    const engines = await startEngines(t, { hosts: 2 })
    const replica = await startReplica(t, replicaYaml(redis.urlFor('replica', MARK), engines))
    await until(() => polledBy(replica).length === engines.size)
    const { isConnected, problem } = await read<ClusterState>(replica.app, '/cluster')
    t.equal(isConnected, false, right)
    t.match(problem?.toLowerCase(), said)
    t.match(replica.log().toLowerCase(), new RegExp(`cannot reach the server of the cluster: [^"]*${said}`))
    t.equal(replica.log().match(/Cannot reach/g)?.length, 1)
    await replica.app.close()
  }
})

t.test('a wrong password is said, but not shown', { skip: redisMissing }, async t => {
  const redis = await startRedis(t, { acl: ['default off', 'replica on >right allcommands allkeys allchannels'] })
  const engines = await startEngines(t, { hosts: 2 })
  const replica = await startReplica(t, replicaYaml(redis.urlFor('replica', MARK), engines))
  await until(() => polledBy(replica).length === engines.size)
  t.match(replica.log(), /Cannot reach the server of the cluster: WRONGPASS/)
  const { body } = await replica.app.inject({ url: '/cluster', headers: { authorization: MARK } })
  t.match(JSON.parse(body), { isConnected: false, problem: /WRONGPASS/ })
  t.notMatch(body, MARK)
})

t.test('replicas can use TLS', { skip: redisMissing }, async t => {
  const redis = await startRedis(t, { tls: true })
  const engines = await startEngines(t, { hosts: 4 })
  const yaml = replicaYaml(redis.url, engines)
  const child = await startChild(t, yaml, { env: { NODE_EXTRA_CA_CERTS: redis.ca } })
  await until(async () => (await ask<ClusterState>(child, '/cluster')).leases.held === 4)
  t.match(await ask(child, '/cluster'), { isConnected: true, problem: null })
  const doubting = await startReplica(t, yaml)
  await until(() => polledBy(doubting).length === 4)
  t.match(doubting.log(), /Cannot reach the server of the cluster: unable to verify the first certificate|self-signed/)
})
