import { isDeepStrictEqual } from 'node:util'
import type { Test } from 'tap'
import type { HostSnapshot } from '../../lib/model/snapshot.ts'
import type { Transition } from '../../lib/model/transition.ts'
import { build } from '../support/build.ts'
import { until } from '../support/until.ts'
import { address, isEmulated } from './docker.ts'

export interface Row {
  name: string
  id: string
  hostName: string
  state: string
  cpu_usage: number
  mem_usage: number
  mem_limit: number
  net_rx: number
  net_tx: number
  current_net_rx: number
  current_net_tx: number
  networkMode: string
  image: string
}

/** Part of the response of `/containers/:host/:container`. */
export interface Details {
  cpu: { percent: number }
  memory: { workingSetBytes: number, limitBytes: number }
  network: { rxBytes: number, txBytes: number }
  blockIo: { readBytes: number, writeBytes: number }
  pids: { current: number }
}

export interface Host {
  containerCount: number
  totalCPUs: number
  totalMemory: number
  up: boolean
  error: string | null
}

/** The service with one real Engine. */
export interface Service {
  rows (): Promise<Row[]>
  /** A container as `/containers` shows it. */
  details<T = Details> (id: string): Promise<T>
  snapshots (): readonly HostSnapshot[]
  /** All transitions, newest first. */
  events (): Promise<Transition[]>
  /** Number of requests to the Engine, by endpoint. */
  requests (): Promise<Record<string, number>>
  host (): Promise<Host>
  /** Waits for a poll that starts after the call. */
  polled (): Promise<void>
  /** The first row with that ID (and state) after inspection: events and Podman's lists lack the network mode. */
  row (id: string, state?: string): Promise<Row>
  /** A row with its sample, and a fact that `read` returned both before and after the poll of that row. */
  steady<T> (id: string, read: () => Promise<T>): Promise<{ row: Row, fact: T }>
  log (): string
}

/**
 * Starts the service with the real Engine, or with a proxy for it.
 * @param more lines of the configuration
 */
export async function serve (
  t: Test, url = address, mintimeout = isEmulated ? 1000 : 100, more = ''
): Promise<Service> {
  const yaml = `mintimeout: ${mintimeout}\nhosts: { real: { url: '${url}' } }\n${more}`
  const { app, log } = await build(t, { yaml })
  const read = async (url: string) => (await app.inject({ url, headers: { authorization: 'marked-secret' } })).body
  const get = async (path: string) => JSON.parse(await read(path)).real
  const lastSeen = () => app.stats.snapshots()[0]?.lastSeen ?? 0

  const service: Service = {
    log,
    rows: () => get('/stats'),
    details: async id => JSON.parse(await read(`/containers/real/${id}`)),
    snapshots: () => app.stats.snapshots(),
    events: async () => JSON.parse(await read('/events?limit=1000')),
    requests: async () => JSON.parse(await read('/hosts/real')).requests,
    host: () => get('/hosts'),
    async polled () {
      for (let polls = 0; polls < 2; polls++) {
        const before = lastSeen()
        await until(() => lastSeen() > before)
      }
    },
    row: (id, state) => until(async () => (await service.rows())
      .find(row => row.id === id && row.state === (state ?? row.state) && row.networkMode !== '')),
    async steady (id, read) {
      for (;;) {
        const fact = await read()
        await service.polled()
        const row = await service.row(id)
        const isSampled = row.state !== 'running' || row.mem_usage > 0
        if (isSampled && isDeepStrictEqual(fact, await read())) return { row, fact }
      }
    }
  }
  return service
}

/** The values in `/stats` of a container that is not running. */
export const nothingUsed = {
  cpu_usage: 0,
  mem_usage: 0,
  mem_limit: 0,
  net_rx: 0,
  net_tx: 0,
  current_net_rx: 0,
  current_net_tx: 0
}
