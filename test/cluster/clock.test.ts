import t from 'tap'
import { redisMissing, startRedis } from '../support/redis.ts'
import {
  ask, LEASE, read, replicaYaml, sharedWith, startChild, startEngines, startReplica, wait
} from '../support/replicas.ts'
import { Pollers } from '../support/pollers.ts'
import { MARK } from '../support/secrets.ts'
import { until } from '../support/until.ts'

const HOUR = 3_600_000

/** Shifts the clock of a process, as libfaketime does, but everywhere. */
const shifted = (by: number) => ({
  NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(
    `const { now } = Date; Date.now = () => now() + ${by}`)}`
})

t.test('clocks that differ change neither who polls nor how old data is', { skip: redisMissing }, async t => {
  for (const by of [HOUR, -HOUR]) {
    const redis = await startRedis(t)
    const engines = await startEngines(t, { hosts: 10 })
    const yaml = replicaYaml(redis.url, engines)
    const [one, child] = [await startReplica(t, yaml), await startChild(t, yaml, { env: shifted(by) })]
    await sharedWith(one, 2, engines)
    const pollers = new Pollers(t, engines)
    const theirs = [...engines.keys()].filter(host => !one.app.fleet.polls(host))
    const containers = await read<{ host: string, id: string }[]>(one.app, '/containers?name=c1')
    const happen = () => {
      for (const { host, id } of containers) engines.get(host)?.emit('die', id, { exitCode: '1' })
    }
    happen()
    await wait(LEASE)
    t.strictSame(pollers.longest(), { none: 0, several: 0 })
    for (const path of ['/stats', '/hosts', ...theirs.map(host => `/hosts/${host}`)]) {
      const headers = { authorization: MARK }
      const ages = [
        (await one.app.inject({ url: path, headers })).headers.age,
        (await fetch(child.url + path, { headers })).headers.get('age')
      ]
      t.ok(ages.every(age => Number(age) <= 3), `${path}: ${ages}`)
    }
    t.match(one.app.cluster(), { leases: { lost: 0 } })
    t.match(await ask(child, '/cluster'), { leases: { lost: 0 } })

    child.child.kill('SIGTERM')
    t.equal(await child.ended, 0)
    await sharedWith(one, 1, engines)
    happen()
    for (const host of theirs) {
      const events = await until(async () => {
        const events = await read<{ id: number }[]>(one.app, `/events?host=${host}`)
        return events.length === 2 ? events : null
      })
      const [newest, oldest] = events.map(({ id }) => id)
      t.ok(Number(newest) > Number(oldest), 'IDs grow')
    }
  }
})
