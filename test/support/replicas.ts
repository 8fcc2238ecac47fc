import type { FastifyInstance } from 'fastify'
import type { Test } from 'tap'
import { setTimeout as wait } from 'node:timers/promises'
import { ownersOf } from '../../lib/cluster/assignment.ts'
import { BEATS } from '../../lib/cluster/leases.ts'
import { FORMAT } from '../../lib/cluster/message.ts'
import { build, type Built } from './build.ts'
import { containerList, startFakeEngine, type FakeEngine } from './fake-engine.ts'
import { fixture } from './fixture.ts'
import { enliven } from './lively.ts'
import type { RedisServer } from './redis.ts'
import { start, type RunningService, type StartOptions } from './start.ts'
import { MARK } from './secrets.ts'
import { until } from './until.ts'

export { wait }

const info = JSON.parse(fixture('v28/info.json'))

/** Milliseconds. */
export const LEASE = 2000
export const BEAT = LEASE / BEATS

const headers = { authorization: MARK }

export interface FleetOptions {
  hosts: number
  containers?: number
}

export type Engines = Map<string, FakeEngine>

/** Starts fake Engines over TCP, named `h0`, `h1` …, each with some containers whose figures always change. */
export async function startEngines (t: Test, { hosts, containers = 3 }: FleetOptions): Promise<Engines> {
  const engines: Engines = new Map()
  for (let host = 0; host < hosts; host++) {
    const ids = Array.from({ length: containers }, (_, index) => `${host}a${index}`.padEnd(64, '0'))
    const engine = await startFakeEngine(t, {
      transport: 'tcp',
      info: JSON.stringify({ ...info, ID: `engine ${host}` }),
      containers: containerList(ids.map((id, index) => ({ id, names: [`/c${index}`] })))
    })
    enliven(engine)
    engines.set(`h${host}`, engine)
  }
  return engines
}

export const hostsYaml = (engines: Engines): string =>
  `hosts: { ${[...engines].map(([name, { address }]) => `${name}: { url: "${address}" }`).join(', ')} }\n`

/** The configuration of a replica. */
export const replicaYaml = (url: string, engines: Engines, more = ''): string =>
  `mintimeout: 300\n${hostsYaml(engines)}history: { disk: false }\ncluster: { url: "${url}", lease: ${LEASE} }\n${more}`

/** Builds a replica. */
export const startReplica = (t: Test, yaml: string): Promise<Built> => build(t, { yaml })

/** The JSON that a replica answers. */
export async function read<T> (app: FastifyInstance, url: string): Promise<T> {
  return (await app.inject({ url, headers })).json<T>()
}

/** The hosts that a replica polls. */
export const polledBy = ({ app }: Built): string[] =>
  app.stats.snapshots().map(({ host }) => host).filter(host => app.fleet.polls(host))

/** Waits until the replicas poll all hosts, each by the one that shall keep it, and all show all of them. */
export async function settled (replicas: readonly Built[], engines: Engines): Promise<void> {
  const hosts = [...engines.keys()]
  const owners = ownersOf(hosts, replicas.map(({ app }) => app.cluster()?.id ?? '').sort())
  await until(() => replicas.every(({ app }) =>
    hosts.every(host => app.fleet.polls(host) === (owners.get(host) === app.cluster()?.id)) &&
    [...engines.values()].every(({ streams }) => streams.size === 1) &&
    app.stats.snapshots().length === hosts.length && app.stats.snapshots().every(({ up }) => up === true)))
}

/** Starts replicas, and waits until they are `settled`. */
export async function startReplicas (t: Test, yaml: string, engines: Engines, count = 2): Promise<Built[]> {
  const replicas: Built[] = []
  while (replicas.length < count) replicas.push(await startReplica(t, yaml))
  await settled(replicas, engines)
  return replicas
}

/** Waits until replicas show all hosts with data that is new. */
export async function freshAt (replicas: readonly Built[], engines: Engines): Promise<void> {
  const from = Date.now()
  await until(async () => {
    const answers = await Promise.all(replicas.map(({ app }) => read<Record<string, Shown>>(app, '/hosts')))
    return answers.every(hosts => [...engines.keys()].every(host => {
      const { up, lastSeen } = hosts[host] ?? {}
      return up && Date.parse(String(lastSeen)) >= from
    }))
  })
}

/** The fences of all leases, by host. */
export async function fencesOf (redis: RedisServer, engines: Engines): Promise<Map<string, number>> {
  const leases = await Promise.all([...engines.keys()].map(async host =>
    [host, await redis.command('GET', `dockstat:${FORMAT}:lease:${host}`)] as const))
  return new Map(leases.flatMap(([host, lease]) => lease === '' ? [] : [[host, Number(lease.split(' ')[1])]]))
}

/** Runs a replica in a process of its own. */
export const startChild = (t: Test, yaml: string, options: StartOptions = {}): Promise<RunningService> =>
  start(t, { ...options, yaml, env: { SECRET: MARK, ...options.env } })

/** The JSON that a replica in a process of its own answers. */
export async function ask<T> ({ url }: RunningService, path: string): Promise<T> {
  return await (await fetch(url + path, { headers })).json() as T
}

/**
 * Waits until a replica polls what it shall keep, of several that are alive, and the others poll the rest and say so: a
 * stream of events can still be the one that the replica has just closed.
 */
export async function sharedWith ({ app }: Built, count: number, engines: Engines): Promise<void> {
  await until(() => {
    const { id = '', replicas = [] } = app.cluster() ?? {}
    const owners = ownersOf([...engines.keys()], replicas.map(({ id }) => id).sort())
    const polled = replicas.reduce((sum, { hosts }) => sum + hosts, 0)
    return replicas.length === count && polled === engines.size && [...engines].every(([host, { streams }]) =>
      app.fleet.polls(host) === (owners.get(host) === id) && streams.size === 1) &&
      app.stats.snapshots().every(({ up }) => up)
  })
}

interface Shown {
  up: boolean
  lastSeen: string | null
}

interface Event {
  id: number
  at: string
  action: string
}

/** What a replica says that happened on a host, oldest first. */
export async function eventsOf ({ app }: Built, host: string): Promise<Event[]> {
  return (await read<Event[]>(app, `/events?host=${host}`)).toReversed()
}

export const actionsOf = async (replica: Built, host: string): Promise<string[]> =>
  (await eventsOf(replica, host)).map(({ action }) => action)
