import type { Test } from 'tap'
import type { HostSnapshot } from '../../../lib/model/snapshot.ts'
import type { Transition } from '../../../lib/model/transition.ts'
import type { Encoding } from '../../../lib/stream/piece.ts'
import { Stream, type Connection, type StreamOptions } from '../../../lib/stream/stream.ts'
import { FakeResponse } from '../../support/fake-response.ts'
import { containerSnapshot, hostSnapshot } from '../../support/snapshots.ts'
import { until } from '../../support/until.ts'

const PADDING = 'x'.repeat(2000)

/** A feed of hosts whose containers have a version as their name, and a stream of it. */
export function start (t: Test, names: readonly string[] = ['nas'], options: Partial<StreamOptions> = {}) {
  const hosts = new Map<string, HostSnapshot>()
  const errors: unknown[] = []
  const encoded: string[] = []
  const make = (host: string, name: string, given: Partial<HostSnapshot> = {}) => hostSnapshot({
    host,
    containers: ['a', 'b'].map(id => containerSnapshot({ id, name: id === 'a' ? name : '1' })),
    ...given
  })
  const stream = new Stream({
    views: {
      host: ({ host, version }) => Buffer.from(JSON.stringify({ host, version })),
      container: ({ host }, { id, name }) => {
        encoded.push(`${host} ${id} ${name}`)
        return Buffer.from(JSON.stringify({ id, name, padding: PADDING }))
      }
    },
    snapshots: () => [...hosts.values()],
    onError: error => errors.push(error),
    ...options
  })
  const put = (host: string, name: string, given?: Partial<HostSnapshot>) => {
    const [next, previous] = [make(host, name, given), hosts.get(host) ?? null]
    hosts.set(host, next)
    stream.see(next, previous)
  }
  const remove = (host: string) => {
    const previous = hosts.get(host) ?? null
    hosts.delete(host)
    stream.see(null, previous)
  }
  for (const name of names) put(name, '1')
  const open = (given: Partial<Connection> = {}, encoding: Encoding = 'identity') => {
    const response = new FakeResponse()
    const connection = { sees: () => true, refusal: () => null, lastId: null, encoding, ...given }
    stream.open({ response: response.raw, ...connection })
    t.teardown(() => response.destroy())
    return response
  }
  return { stream, put, remove, open, errors, encoded }
}

/** Waits until a client has received this. */
export const received = (response: FakeResponse, names: string) => until(() => response.events.names === names)

export const lastIdOf = (response: FakeResponse) => response.events.all.at(-1)?.id ?? null

export const transition = (id: number, host = 'nas'): Transition => ({
  id,
  at: 0,
  host,
  container: { id: 'a', name: 'web', image: 'nginx' },
  action: 'start',
  exitCode: null,
  health: null,
  detail: null
})
