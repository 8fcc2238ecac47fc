import t from 'tap'
import { parseExposition } from '../support/exposition.ts'
import { Pollers } from '../support/pollers.ts'
import { redisMissing, startRedis } from '../support/redis.ts'
import {
  actionsOf, LEASE, polledBy, read, replicaYaml, settled, startEngines, startReplica, startReplicas, wait
} from '../support/replicas.ts'
import { MARK } from '../support/secrets.ts'
import { until } from '../support/until.ts'
import type { ClusterState } from '../../lib/cluster/state.ts'
import type { Built } from '../support/build.ts'

const headers = { authorization: MARK }
const { now } = performance

async function metric ({ app }: Built, name: string): Promise<number | undefined> {
  const { body } = await app.inject({ url: '/metrics', headers })
  return parseExposition(body, 'text').get(name)?.series[0]?.value
}

const ageOf = async ({ app }: Built, host: string) =>
  Number((await app.inject({ url: `/hosts/${host}`, headers })).headers.age ?? 0)

t.test('replicas go on while the server is away, and when it is back without data', { skip: redisMissing }, async t => {
  let offset = 0
  t.intercept(performance, 'now', { value: () => now.call(performance) + offset })
  const redis = await startRedis(t)
  const engines = await startEngines(t, { hosts: 6 })
  const yaml = replicaYaml(redis.url, engines)
  const replicas = await startReplicas(t, yaml, engines)
  const [one, other] = replicas as [Built, Built]
  const shares = replicas.map(replica => polledBy(replica).join())
  const [own = '', theirs = ''] = [polledBy(one)[0], polledBy(other)[0]]
  const container = (await read<{ id: string }[]>(one.app, `/containers?host=${theirs}`))[0]?.id ?? ''

  await redis.leave()
  for (const { app } of replicas) await until(async () => !(await read<ClusterState>(app, '/cluster')).isConnected)
  const pollers = new Pollers(t, engines)
  for (const replica of replicas) {
    const { problem } = await read<ClusterState>(replica.app, '/cluster')
    t.match(problem, /ECONNREFUSED|ECONNRESET|EPIPE|connection was closed/)
    t.equal(await metric(replica, 'dockstatapi_cluster_connected'), 0)
    t.match(replica.log(), /Cannot reach the server of the cluster: .+ This replica goes on with its hosts. Retrying/)
  }
  await until(async () => await ageOf(one, theirs) >= 2)
  t.ok(await ageOf(one, own) < 2, 'its own hosts are polled')
  t.match(await read(one.app, `/hosts/${theirs}`), { up: true, error: null, containers: { total: 3 } })
  t.equal((await read<object[]>(one.app, `/containers?host=${theirs}`)).length, 3)

  const engine = engines.get(theirs)
  engine?.emit('die', container, { exitCode: '3' })
  engine?.emit('start', container)
  await until(async () => (await actionsOf(other, theirs)).length === 2)
  t.strictSame(await actionsOf(one, theirs), [], 'it cannot know yet')

  for (; offset < 31_000; offset += 100) await wait(1) // in steps, so that no poll seems to take long
  const lost = await until(async () => {
    const details = await read<{ up: boolean, error: { code: string, message: string } | null }>(
      one.app, `/hosts/${theirs}`)
    return details.error && details
  })
  t.match(lost, { up: true, error: { code: 'REPLICA_LOST', message: /has not been heard of since 20/ } })
  t.match(await read(one.app, '/cluster'), { silentHosts: polledBy(other).length })
  t.ok(await ageOf(one, theirs) >= 30)
  t.match(await read(one.app, `/hosts/${own}`), { up: true, error: null })

  await redis.come()
  await until(async () => (await read<{ error: unknown }>(one.app, `/hosts/${theirs}`)).error === null)
  await until(async () => await ageOf(one, theirs) < 2 && await ageOf(other, own) < 2)
  for (const replica of replicas) {
    await until(async () => await metric(replica, 'dockstatapi_cluster_connected') === 1)
    await until(async () => (await read<ClusterState>(replica.app, '/cluster')).silentHosts === 0)
    t.match(await read(replica.app, '/cluster'), { isConnected: true, problem: null })
    await until(async () => (await actionsOf(replica, theirs)).length > 0)
  }
  const back = now.call(performance)
  await until(() => now.call(performance) - back > 2 * LEASE)
  t.strictSame(replicas.map(replica => polledBy(replica).join()), shares, 'each polls what it polled before')
  const { none, several } = pollers.longest()
  t.equal(several, 0, 'no host was polled by two')
  t.ok(none < LEASE, `a host was not polled for ${none} ms at most`)
  for (const replica of replicas) {
    t.strictSame(await actionsOf(replica, theirs), ['die', 'start'])
    t.match(await read(replica.app, '/cluster'), { leases: { lost: 0 } })
    t.equal(replica.log().match(/Cannot reach the server of the cluster/g)?.length, 1)
  }
})

t.test('a replica that never reached the server polls all hosts until it does', { skip: redisMissing }, async t => {
  const redis = await startRedis(t)
  await redis.leave()
  const engines = await startEngines(t, { hosts: 4 })
  const yaml = replicaYaml(redis.url, engines)
  const begun = performance.now()
  const replicas = [await startReplica(t, yaml), await startReplica(t, yaml)]
  await until(() => replicas.every(replica => polledBy(replica).length === 4))
  t.ok(performance.now() - begun > LEASE - 50, 'not before a lease is over')
  for (const { app } of replicas) {
    await until(async () => Object.values(await read<object>(app, '/hosts')).every(({ up }) => up))
    t.match(await read(app, '/cluster'), { isConnected: false, problem: /./, leases: { held: 0 } })
  }
  await redis.come()
  await settled(replicas, engines)
  await until(() => [...engines.values()].every(({ streams }) => streams.size === 1))
  for (const { app } of replicas) {
    await until(async () => (await read<ClusterState>(app, '/cluster')).isConnected)
    t.match(await read(app, '/hosts'), { h0: { up: true }, h1: { up: true }, h2: { up: true }, h3: { up: true } })
  }
})
