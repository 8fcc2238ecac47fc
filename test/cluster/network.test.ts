import t from 'tap'
import type { ClusterState } from '../../lib/cluster/state.ts'
import { Pollers } from '../support/pollers.ts'
import { redisMissing, startRedis, startSlowProxy } from '../support/redis.ts'
import {
  freshAt, LEASE, polledBy, read, replicaYaml, settled, startEngines, startReplica, wait
} from '../support/replicas.ts'
import { until } from '../support/until.ts'

t.test('a replica that is cut off polls on, and gives way when it is back', { skip: redisMissing }, async t => {
  const redis = await startRedis(t)
  const proxy = await startSlowProxy(t, redis.port)
  const engines = await startEngines(t, { hosts: 10 })
  const [far, near] = [
    await startReplica(t, replicaYaml(proxy.url, engines)), await startReplica(t, replicaYaml(redis.url, engines))
  ]
  await settled([far, near], engines)
  const hosts = polledBy(far)
  await proxy.cut()
  await until(async () => !(await read<ClusterState>(far.app, '/cluster')).isConnected)
  const cut = performance.now()
  await until(() => polledBy(near).length === engines.size)
  const took = performance.now() - cut
  t.ok(took < LEASE + 1500, `the other takes its hosts within ${took} ms`)
  t.strictSame(polledBy(far), hosts, 'it polls on')
  await freshAt([near], engines)
  t.match(await read(far.app, '/cluster'), { isConnected: false, problem: /./, leases: { held: hosts.length } })
  t.match(await read(near.app, '/cluster'), { isConnected: true, replicas: { length: 1 }, leases: { lost: 0 } })

  await proxy.mend()
  await until(async () => (await read<ClusterState>(far.app, '/cluster')).isConnected)
  await settled([far, near], engines)
  const pollers = new Pollers(t, engines)
  await wait(LEASE)
  await freshAt([far, near], engines)
  const { several } = pollers.longest()
  t.ok(several < LEASE / 4, `two replicas polled a host for ${several} ms at most`)
  t.strictSame(polledBy(far), hosts, 'hosts come back to where they belong')
  t.match(await read(far.app, '/cluster'), { leases: { lost: hosts.length } })
})

t.test('a slow server delays answers, and nothing else', { skip: redisMissing }, async t => {
  const redis = await startRedis(t)
  const proxy = await startSlowProxy(t, redis.port)
  const engines = await startEngines(t, { hosts: 6 })
  const yaml = replicaYaml(proxy.url, engines).replace(`lease: ${LEASE}`, 'lease: 8000')
  const replicas = [await startReplica(t, yaml), await startReplica(t, yaml)]
  await settled(replicas, engines)
  const pollers = new Pollers(t, engines)
  proxy.delay = 1000
  await wait(9000)
  await freshAt(replicas, engines)
  t.strictSame(pollers.longest(), { none: 0, several: 0 })
  for (const { app } of replicas) {
    t.match(await read(app, '/cluster'), { isConnected: true, replicas: { length: 2 }, leases: { lost: 0 } })
  }
})
