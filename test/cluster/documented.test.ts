import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import type { ClusterState } from '../../lib/cluster/state.ts'
import { root } from '../support/documents.ts'
import { redisMissing, startRedis } from '../support/redis.ts'
import { read, replicaYaml, settled, startEngines, startReplica } from '../support/replicas.ts'
import { until } from '../support/until.ts'

t.test('the user in docs/cluster.md can do what replicas need', { skip: redisMissing }, async t => {
  const [, rule = ''] = /ACL SETUSER (dockstat .+)/.exec(readFileSync(join(root, 'docs/cluster.md'), 'utf8')) ?? []
  const redis = await startRedis(t, { acl: ['default off', rule] })
  const engines = await startEngines(t, { hosts: 6 })
  const yaml = replicaYaml(redis.urlFor('dockstat', 'the-password'), engines)
  const [one, other] = [await startReplica(t, yaml), await startReplica(t, yaml)]
  await settled([one, other], engines)
  for (const { app } of [one, other]) {
    const { isConnected, replicas } = await until(async () => {
      const state = await read<ClusterState>(app, '/cluster')
      return state.replicas.length === 2 ? state : null
    })
    t.ok(isConnected)
    t.strictSame(replicas.map(({ isLeading }) => isLeading), [true, true])
  }
  await one.app.close()
  await until(async () => (await read<ClusterState>(other.app, '/cluster')).leases.held === 6)
  t.equal(await redis.command('ACL', 'LOG'), '', 'nothing was refused')
})
