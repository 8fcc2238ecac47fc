import type { FastifyInstance } from 'fastify'
import type { Test } from 'tap'
import { build, type Built } from './build.ts'
import { containerList, startFakeEngine, type FakeEngine } from './fake-engine.ts'
import { fixture } from './fixture.ts'
import { enliven } from './lively.ts'
import { MARK } from './secrets.ts'
import { until } from './until.ts'

const info = JSON.parse(fixture('v28/info.json'))

/** Milliseconds; a beat is a quarter. */
export const LEASE = 2000

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

/** Waits until the replicas poll all hosts, each by one of them, and all show all of them. */
export async function settled (replicas: readonly Built[], engines: Engines): Promise<void> {
  const hosts = [...engines.keys()].sort().join()
  await until(() => replicas.flatMap(polledBy).sort().join() === hosts &&
    replicas.every(({ app }) => app.stats.snapshots().length === engines.size &&
      app.stats.snapshots().every(({ up }) => up === true)))
}
