import type { AddressInfo } from 'node:net'
import t from 'tap'
import type { Built } from '../support/build.ts'
import { openEvents } from '../support/event-stream.ts'
import { startReceiver } from '../support/receiver.ts'
import { redisMissing, startRedis } from '../support/redis.ts'
import {
  actionsOf, eventsOf, freshAt, LEASE, polledBy, read, replicaYaml, settled, startEngines, startReplicas, wait
} from '../support/replicas.ts'
import { MARK } from '../support/secrets.ts'
import { until } from '../support/until.ts'

const headers = { authorization: MARK }

async function listen ({ app }: Built): Promise<string> {
  await app.listen({ port: 0, host: '127.0.0.1' })
  return `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`
}

const told = (bodies: readonly { body: string }[]): string[] => bodies.map(({ body }) => {
  const { data: { event, host, container, exitCode } } = JSON.parse(body)
  return `${event} ${host} ${container.name} ${exitCode}`
}).sort()

t.test('every replica tells what happens, once and in order, and one of them sends it', {
  skip: redisMissing
}, async t => {
  const redis = await startRedis(t)
  const receiver = await startReceiver(t)
  const engines = await startEngines(t, { hosts: 6 })
  const notify = `notify: [{ name: ops, url: "http://127.0.0.1:${receiver.port}/hook", on: [die], throttle: 0 }]\n`
  const replicas = await startReplicas(t, replicaYaml(redis.url, engines, notify), engines, 3)
  const streams = await Promise.all(replicas.map(async replica => openEvents(t, `${await listen(replica)}/stream`)))
  const containers = await read<{ host: string, id: string, name: string }[]>(
    (replicas as [Built])[0].app, '/containers?name=c1')
  const expected: string[] = []

  async function happen (round: number) {
    for (const { host, id, name } of containers) {
      const engine = engines.get(host)
      engine?.emit('die', id, { exitCode: String(10 + round) })
      engine?.emit('start', id)
      expected.push(`die ${host} ${name} ${10 + round}`)
    }
  }

  async function check (live: readonly number[], rounds: number) {
    for (const host of engines.keys()) {
      for (const index of live) {
        const replica = replicas[index] as Built
        await until(async () => (await actionsOf(replica, host)).length >= 2 * rounds)
        const events = await eventsOf(replica, host)
        t.strictSame(events.map(({ action }) => action), Array.from({ length: rounds }, () => ['die', 'start']).flat())
        t.strictSame(events.map(({ id }) => id), events.map(({ id }) => id).sort((a, b) => a - b))
        const seen = () => streams[index]?.all.filter(({ event, data }) =>
          event === 'transition' && String(data.host) === host) ?? []
        await until(() => seen().length >= 2 * rounds)
        t.strictSame(seen().map(({ data }) => Reflect.get(data, 'id')), events.map(({ id }) => id), `${host} ${index}`)
      }
    }
    await until(() => receiver.received.length >= expected.length)
    t.strictSame(told(receiver.received), expected.toSorted())
  }

  await happen(0)
  await check([0, 1, 2], 1)

  const [leaving, ...rest] = replicas as [Built, Built, Built]
  const closing = leaving.app.close()
  await happen(1)
  await closing
  await settled(rest, engines)
  await check([1, 2], 2)
  await happen(2)
  await check([1, 2], 3)
  await freshAt(rest, engines)
  await wait(LEASE)
  t.strictSame(told(receiver.received), expected.toSorted(), 'no message is sent later')
  for (const host of engines.keys()) t.equal((await actionsOf(rest[0], host)).length, 6)
  t.equal(rest.flatMap(polledBy).length, engines.size)
})

t.test('a client that asks one replica after the other needs no answer twice', { skip: redisMissing }, async t => {
  const redis = await startRedis(t)
  const engines = await startEngines(t, { hosts: 4 })
  const yaml = replicaYaml(redis.url, engines).replace('mintimeout: 300', 'mintimeout: 1500')
  const [one, other] = await startReplicas(t, yaml, engines) as [Built, Built]
  for (const url of ['/stats', '/hosts', '/containers', '/events', '/hosts/h0', '/hosts/h1']) {
    await until(async () => {
      const { headers: { etag } } = await one.app.inject({ url, headers })
      const again = await other.app.inject({ url, headers: { ...headers, 'if-none-match': String(etag) } })
      if (again.statusCode !== 304) return false
      t.equal(again.body, '')
      return true
    })
    t.pass(url)
  }
  const { headers: { etag } } = await one.app.inject({ url: '/metrics', headers })
  const conditional = { ...headers, 'if-none-match': String(etag) }
  const { statusCode } = await other.app.inject({ url: '/metrics', headers: conditional })
  t.equal(statusCode, 200, 'the metrics of each replica are its own')
})
