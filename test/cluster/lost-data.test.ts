import t from 'tap'
import { Pollers } from '../support/pollers.ts'
import { redisMissing, startRedis, startSentinels } from '../support/redis.ts'
import {
  BEAT, fencesOf, freshAt, LEASE, polledBy, replicaYaml, startEngines, startReplicas, wait
} from '../support/replicas.ts'

t.test('no host moves when the server loses its data', { skip: redisMissing }, async t => {
  const redis = await startRedis(t)
  await redis.command('SET', 'dockstat:1:fence', String(Date.now() + 3_600_000)) // as if its clock had been set back
  const engines = await startEngines(t, { hosts: 6 })
  const replicas = await startReplicas(t, replicaYaml(redis.url, engines), engines)
  const shares = replicas.map(polledBy)
  const pollers = new Pollers(t, engines)
  for (let time = 0; time < 3; time++) {
    const before = await fencesOf(redis, engines)
    await redis.command('FLUSHALL')
    await wait(2 * BEAT)
    await freshAt(replicas, engines)
    const after = await fencesOf(redis, engines)
    t.strictSame([...after.keys()].sort(), [...engines.keys()])
    for (const [host, fence] of after) t.ok(fence > Number(before.get(host)), `the fence of ${host} has grown`)
  }
  await wait(LEASE)
  await freshAt(replicas, engines)
  t.strictSame(replicas.map(polledBy), shares)
  const { none, several } = pollers.longest()
  t.ok(several < BEAT, `two replicas polled a host for ${several} ms at most`)
  t.ok(none < BEAT, `no replica polled a host for ${none} ms at most`)
})

t.test('replicas follow the primary that Sentinels choose', { skip: redisMissing }, async t => {
  const group = await startSentinels(t)
  const engines = await startEngines(t, { hosts: 6 })
  const replicas = await startReplicas(t, replicaYaml(group.url, engines), engines)
  const pollers = new Pollers(t, engines)
  await group.failOver()
  const begun = Date.now()
  await freshAt(replicas, engines)
  await wait(LEASE)
  await freshAt(replicas, engines)
  t.ok(Date.now() - begun < 20_000)
  for (const { app } of replicas) t.match(app.cluster(), { isConnected: true, problem: null })
  t.strictSame([...(await fencesOf(group.primary, engines)).keys()].sort(), [...engines.keys()])
  const { none, several } = pollers.longest()
  t.ok(several < LEASE, `two replicas polled a host for ${several} ms at most`)
  t.ok(none < LEASE, `no replica polled a host for ${none} ms at most`)
})
