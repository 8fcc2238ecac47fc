import t, { type Test } from 'tap'
import { redisMissing, startRedis, valkeyMissing, type RedisOptions } from '../support/redis.ts'
import { polledBy, read, replicaYaml, settled, startEngines, startReplica } from '../support/replicas.ts'
import { MARK } from '../support/secrets.ts'
import { until } from '../support/until.ts'

const headers = { authorization: MARK }

async function share (t: Test, program: NonNullable<RedisOptions['program']>, scheme: string) {
  const redis = await startRedis(t, { program })
  const engines = await startEngines(t, { hosts: 6 })
  const yaml = replicaYaml(redis.url.replace('redis:', scheme), engines)
  const [one, other] = [await startReplica(t, yaml), await startReplica(t, yaml)]
  await settled([one, other], engines)
  await until(() => polledBy(one).length > 0 && polledBy(other).length > 0)
  for (const url of ['/stats', '/hosts', '/hosts/h1', '/containers', '/metrics?host=h2']) {
    const [mine, theirs] = await until(async () => {
      const [a, b] = await Promise.all([one, other].map(({ app }) => app.inject({ url, headers })))
      return a && b && a.headers.etag === b.headers.etag ? [a, b] : null
    })
    t.equal(mine?.body, theirs?.body, url)
    t.equal(mine?.headers['last-modified'], theirs?.headers['last-modified'])
  }
  t.match(await read(one.app, '/cluster'), { isConnected: true, replicas: [{ isLeading: true }, { isLeading: true }] })
}

t.test('two replicas share the hosts by Redis, and give the same answers', { skip: redisMissing }, t =>
  share(t, 'redis-server', 'redis:'))

t.test('two replicas share the hosts by Valkey, and give the same answers', { skip: valkeyMissing }, t =>
  share(t, 'valkey-server', 'valkey:'))
