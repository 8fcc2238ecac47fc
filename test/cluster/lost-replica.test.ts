import t, { type Test } from 'tap'
import type { Built } from '../support/build.ts'
import { parseExposition } from '../support/exposition.ts'
import { Pollers } from '../support/pollers.ts'
import { redisMissing, startRedis } from '../support/redis.ts'
import {
  actionsOf, ask, BEAT, freshAt, LEASE, polledBy, read, replicaYaml, sharedWith, startChild, startEngines, startReplica,
  wait, type Engines
} from '../support/replicas.ts'
import { MARK } from '../support/secrets.ts'
import { until } from '../support/until.ts'

/** Milliseconds between polls, and how long a poll and what follows may take on a loaded machine. */
const POLL = 300
const SLACK = 1500

/** Bytes: far more than a container receives in a few seconds, and far less than its counter. */
const SPIKE = 100_000

interface Row {
  name: string
  net_rx: number
  current_net_rx: number
}

type Hosts = Record<string, { up: boolean, lastSeen: string, containerCount: number }>

/** Looks at what a replica answers until it is stopped: counters must not fall, hosts must not go back in time. */
function observe ({ app }: Built) {
  const highest = new Map<string, number>()
  const problems: string[] = []
  const ending = new AbortController()

  function note (key: string, value: number) {
    if (value < (highest.get(key) ?? 0)) problems.push(`${key} fell to ${value}`)
    highest.set(key, value)
  }

  async function look () {
    const stats = await read<Record<string, Row[]>>(app, '/stats')
    for (const [host, rows] of Object.entries(stats)) {
      for (const { name, net_rx: rx, current_net_rx: increase } of rows) {
        if (name === 'c1') continue // it restarts
        note(`${host} ${name} net_rx`, rx)
        if (increase < 0 || increase > SPIKE) problems.push(`${host} ${name} received ${increase}`)
      }
    }
    for (const [host, { up, lastSeen, containerCount }] of Object.entries(await read<Hosts>(app, '/hosts'))) {
      note(`${host} lastSeen`, Date.parse(lastSeen))
      if (!up || containerCount !== 3) problems.push(`${host} is up: ${up}, and has ${containerCount} containers`)
    }
  }

  const looking = (async () => {
    for (; !ending.signal.aborted; await wait(20)) await look()
  })()
  return async () => {
    ending.abort()
    await looking
    return problems
  }
}

/** Lets something happen to a container of each host, and returns the hosts. */
async function happen ({ app }: Built, engines: Engines, hosts: readonly string[]) {
  for (const { host, id } of await read<{ host: string, id: string }[]>(app, '/containers?name=c1')) {
    if (!hosts.includes(host)) continue
    engines.get(host)?.emit('die', id, { exitCode: '1' })
    engines.get(host)?.emit('start', id)
  }
}

/** A replica of this process and one of another, which share ten hosts; `theirs` are those of the other. */
async function startPair (t: Test) {
  const redis = await startRedis(t)
  const engines = await startEngines(t, { hosts: 10 })
  const yaml = replicaYaml(redis.url, engines)
  const [one, child] = [await startReplica(t, yaml), await startChild(t, yaml)]
  await sharedWith(one, 2, engines)
  const theirs = [...engines.keys()].filter(host => !one.app.fleet.polls(host))
  return { engines, one, child, theirs }
}

t.test('nobody notices when a replica is killed', { skip: redisMissing }, async t => {
  const { engines, one, child, theirs } = await startPair(t)
  t.ok(theirs.length > 0)
  const observed = observe(one)
  const pollers = new Pollers(t, engines)
  await happen(one, engines, theirs)
  for (const host of theirs) await until(async () => (await actionsOf(one, host)).length === 2)

  child.child.kill('SIGKILL')
  await child.ended
  await happen(one, engines, theirs)
  await until(() => polledBy(one).length === engines.size)
  await freshAt([one], engines)
  const { none, several } = pollers.longest()
  t.ok(none < LEASE + POLL + SLACK, `no replica polled a host for ${none} ms at most`)
  t.equal(several, 0)
  for (const host of theirs) await until(async () => (await actionsOf(one, host)).length >= 4)
  await wait(LEASE)
  t.strictSame(await observed(), [])
  for (const host of theirs) t.strictSame(await actionsOf(one, host), ['die', 'start', 'die', 'start'], host)
  t.match(await read(one.app, '/cluster'), { replicas: { length: 1 }, leases: { held: 10, lost: 0 } })
  const { body } = await one.app.inject({ url: '/metrics', headers: { authorization: MARK } })
  const deaths = [...parseExposition(body, 'text').values()].flatMap(({ series }) => series)
    .filter(({ labels }) => labels.get('action') === 'die' && labels.get('name') === 'c1' &&
      theirs.includes(labels.get('docker_host') ?? ''))
  t.strictSame(deaths.map(({ value }) => value), theirs.map(() => 2), 'counters go on')
})

t.test('a replica that was stopped for long gives way', { skip: redisMissing }, async t => {
  const { engines, one, child, theirs } = await startPair(t)
  const observed = observe(one)
  child.child.kill('SIGSTOP')
  await until(() => polledBy(one).length === engines.size)
  await freshAt([one], engines)
  await happen(one, engines, theirs)
  await wait(LEASE)
  t.match(await read(one.app, '/cluster'), { replicas: { length: 1 } })

  child.child.kill('SIGCONT')
  await until(async () => (await ask<{ leases: { lost: number } }>(child, '/cluster')).leases.lost === theirs.length)
  const pollers = new Pollers(t, engines)
  await sharedWith(one, 2, engines)
  const { several } = pollers.longest()
  t.ok(several < BEAT + SLACK, `two polled a host for ${several} ms at most`)
  await until(async () => Object.values(await ask<Hosts>(child, '/hosts'))
    .every(({ lastSeen }) => Date.now() - Date.parse(lastSeen) < 2000))
  t.strictSame(await observed(), [])
  for (const host of theirs) {
    t.strictSame(await actionsOf(one, host), ['die', 'start'], host)
    const theirActions = async () =>
      (await ask<{ action: string }[]>(child, `/events?host=${host}`)).map(({ action }) => action)
    await until(async () => (await theirActions()).length >= 2)
    t.strictSame((await theirActions()).sort(), ['die', 'start'], host)
  }
})
