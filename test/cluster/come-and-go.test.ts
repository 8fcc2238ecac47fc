import t from 'tap'
import { Pollers } from '../support/pollers.ts'
import { redisMissing, startRedis } from '../support/redis.ts'
import {
  freshAt, LEASE, polledBy, replicaYaml, settled, sharedWith, startChild, startEngines, startReplica
} from '../support/replicas.ts'
import { until } from '../support/until.ts'

t.test('hosts move when a replica joins and when it ends', { skip: redisMissing }, async t => {
  const redis = await startRedis(t)
  const engines = await startEngines(t, { hosts: 16 })
  const yaml = replicaYaml(redis.url, engines)
  const one = await startReplica(t, yaml)
  await settled([one], engines)
  const pollers = new Pollers(t, engines)
  const child = await startChild(t, yaml)
  const shares = new Set<number>()
  await until(() => {
    shares.add(polledBy(one).length)
    return one.app.cluster()?.replicas.length === 2
  })
  const watch = setInterval(() => shares.add(polledBy(one).length), 10)
  await sharedWith(one, 2, engines)
  clearInterval(watch)
  const kept = polledBy(one).length
  t.ok(kept >= 2 && kept <= 14, `each has some, one has ${kept}`)
  const steps = [...shares].sort((a, b) => b - a)
  t.ok(steps.every((share, at) => at === 0 || Number(steps[at - 1]) - share <= 2), `one after the other: ${steps}`)
  const joined = pollers.longest()
  t.ok(joined.none < LEASE, `no replica polled a host for ${joined.none} ms at most`)
  t.ok(joined.several < LEASE / 4, `two replicas polled a host for ${joined.several} ms at most`)

  child.child.kill('SIGTERM')
  t.equal(await child.ended, 0)
  await until(() => polledBy(one).length === engines.size)
  await freshAt([one], engines)
  const left = pollers.longest()
  t.ok(left.none < LEASE / 2, `no replica polled a host for ${left.none} ms at most`)
  t.ok(left.several < LEASE / 4, `two replicas polled a host for ${left.several} ms at most`)
  t.match(one.app.cluster(), { replicas: { length: 1 } })
})

t.test('a replica ends in time although the server hangs', { skip: redisMissing }, async t => {
  const redis = await startRedis(t)
  const engines = await startEngines(t, { hosts: 2 })
  const child = await startChild(t, replicaYaml(redis.url, engines).replace(`lease: ${LEASE}`, 'lease: 60000'))
  await until(() => [...engines.values()].every(({ streams }) => streams.size === 1))
  redis.pause()
  child.child.kill('SIGTERM')
  t.equal(await child.ended, 0)
  redis.resume()
})
