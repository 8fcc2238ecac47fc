import { performance } from 'node:perf_hooks'
import { mock } from 'node:test'
import { isDeepStrictEqual } from 'node:util'
import t from 'tap'
import { containersOf } from '../../support/event-stream.ts'
import type { FakeResponse } from '../../support/fake-response.ts'
import { containerSnapshot } from '../../support/snapshots.ts'
import { until } from '../../support/until.ts'
import { lastIdOf, received, start, transition } from './start.ts'

t.test('makes the bytes of an event once for all clients', async t => {
  const { open, put, encoded } = start(t)
  const clients = Array.from({ length: 10 }, () => open())
  for (const client of clients) await received(client, 'snapshot')
  put('nas', '2')
  for (const client of clients) await received(client, 'snapshot update')
  t.strictSame(new Set(clients.map(({ written }) => written.length)), new Set([4]))
  for (const index of [1, 3]) t.equal(new Set(clients.map(({ written }) => written[index])).size, 1, 'the same buffer')
  t.equal(new Set(clients.map(({ written }) => written[2])).size, 1, 'also of the ID')
  t.ok(encoded.length < 20, 'not once per client')
})

t.test('compresses the bytes of an event once for all clients', async t => {
  const { open, put, stream } = start(t)
  const clients = Array.from({ length: 10 }, () => open({}, 'gzip'))
  await until(() => clients.every(({ written }) => written.length === 3))
  put('nas', '2')
  await until(() => clients.every(({ written }) => written.length === 5))
  for (const index of [2, 4]) t.equal(new Set(clients.map(({ written }) => written[index])).size, 1, 'the same buffer')
  t.ok(Number(clients[0]?.written[2]?.length) < 300)
  stream.close()
  for (const client of clients) t.equal(client.events.names, 'snapshot update end')
})

t.test('encodes nothing while there are no clients, nor have been recently', async t => {
  let now = 0
  mock.method(performance, 'now', () => now)
  t.teardown(() => mock.restoreAll())
  const { open, put, encoded } = start(t)
  put('nas', '2')
  const response = open()
  await received(response, 'snapshot')
  response.destroy()
  now = 60_000
  put('nas', '3')
  await until(() => encoded.includes('nas a 3'))
  const again = open({ lastId: lastIdOf(response) })
  await received(again, 'update')
  again.destroy()
  now = 200_000
  put('nas', '4')
  const late = open({ lastId: lastIdOf(again) })
  await received(late, 'snapshot')
  t.strictSame([...new Set(encoded)].filter(row => row.startsWith('nas a')), ['nas a 2', 'nas a 3', 'nas a 4'])
})

t.test('sends rows that changed, the IDs that left, and transitions', async t => {
  const { open, put } = start(t)
  const response = open()
  await received(response, 'snapshot')
  put('nas', '2', { version: 2 })
  await received(response, 'snapshot update')
  put('nas', '2', { version: 2, transitions: [transition(1), transition(2)] })
  await received(response, 'snapshot update transition transition')
  put('nas', '2', { version: 2, containers: [containerSnapshot({ id: 'a', name: '2' })] })
  await received(response, 'snapshot update transition transition update')
  const [, update, first, second, last] = response.events.all.map(({ data }) => data)
  t.match(update, { host: { host: 'nas', version: 2 }, changed: [{ id: 'a', name: '2' }], left: [] })
  t.equal(update?.changed?.length, 1)
  t.match([first, second], [{ id: 1, at: '1970-01-01T00:00:00.000Z', action: 'start' }, { id: 2 }])
  t.match(last, { changed: [], left: ['b'] })
})

t.test('skips snapshots that are replaced before they are encoded, but no transition', async t => {
  const { open, put } = start(t)
  const response = open()
  await received(response, 'snapshot')
  for (let id = 1; id <= 5; id++) put('nas', String(id), { transitions: [transition(id)] })
  await until(() => response.events.all.length === 7)
  t.equal(response.events.names, `snapshot update${' transition'.repeat(5)}`)
  t.match(containersOf(response.events.all).nas, [{ name: '5' }, { name: '1' }])
})

t.test('shows hosts that come and go', async t => {
  const { open, put, remove } = start(t, ['nas', 'pi'])
  const response = open()
  await received(response, 'snapshot snapshot')
  remove('nas')
  await received(response, 'snapshot snapshot removed')
  put('new', '1')
  remove('pi')
  await received(response, 'snapshot snapshot removed snapshot removed')
  put('brief', '1')
  remove('brief')
  put('new', '2')
  await received(response, 'snapshot snapshot removed snapshot removed update')
  t.strictSame(Object.keys(containersOf(response.events.all)), ['new'])
})

t.test('sends a client only what it sees', async t => {
  const { open, put, remove } = start(t, ['nas', 'pi'])
  const response = open({ sees: host => host === 'pi' })
  const all = open()
  await received(response, 'snapshot')
  put('nas', '2', { transitions: [transition(1)] })
  remove('nas')
  put('nas', '3')
  put('pi', '2')
  await received(response, 'snapshot update')
  t.ok(all.events.all.length > 3)
  t.notMatch(Buffer.concat(response.written).toString(), 'nas')
})

t.test('continues after the last event, at whatever point a client left', async t => {
  const { open, put } = start(t, ['b', 'c', 'a'])
  const whole = open()
  await received(whole, 'snapshot snapshot snapshot')
  put('b', '2', { transitions: [transition(1, 'b')] })
  put('a', '3')
  await until(() => whole.events.all.length === 6)
  const { all } = whole.events
  const transitionsOf = (events: typeof all) => events.filter(({ event }) => event === 'transition')
  for (const encoding of ['identity', 'gzip'] as const) {
    for (let count = 1; count <= all.length; count++) {
      const response = open({ lastId: all[count - 1]?.id ?? null }, encoding)
      const both = () => [...all.slice(0, count), ...response.events.all]
      await until(() => isDeepStrictEqual(containersOf(both()), containersOf(all)))
      t.strictSame(transitionsOf(both()).map(({ data }) => data), transitionsOf(all).map(({ data }) => data))
      t.ok(both().length <= all.length, `after ${count}`)
    }
  }
})

t.test('a client that joins while hosts change misses nothing and gets nothing twice', async t => {
  const { open, put } = start(t, ['a', 'b', 'c'])
  let version = 1
  const clients: FakeResponse[] = []
  for (let times = 0; times < 30; times++) {
    for (const host of ['a', 'b', 'c']) {
      put(host, String(++version), { version, transitions: [transition(version, host)] })
    }
    clients.push(open({}, times % 2 === 0 ? 'identity' : 'gzip'))
    if (times % 3 === 0) await new Promise(resolve => setImmediate(resolve))
  }
  const latest = [version - 2, version - 1, version].map(String)
  for (const [index, client] of clients.entries()) {
    const names = () => Object.values(containersOf(client.events.all)).map(rows => rows[0]?.name)
    await until(() => isDeepStrictEqual(names(), latest))
    const { all } = client.events
    const ids = all.map(({ id }) => id)
    t.equal(new Set(ids).size, ids.length)
    const seen = all.filter(({ event }) => event === 'transition').map(({ data }) => JSON.stringify(data))
    t.equal(new Set(seen).size, seen.length)
    t.ok(seen.length >= 3 * (29 - index), `${seen.length} transitions`)
  }
})

t.test('starts again after IDs that it does not know', async t => {
  const { open, put } = start(t, ['nas'], { maxBytes: 5000 })
  const response = open()
  await received(response, 'snapshot')
  const lastId = lastIdOf(response)
  for (let name = 2; name < 6; name++) {
    put('nas', String(name))
    await until(() => response.events.all.length === name)
  }
  for (const id of [lastId, 'nonsense', `${lastId}x`.replace(/^./, 'z'), String(lastId).replace(/-\d+/, '-99')]) {
    const other = open({ lastId: id })
    await received(other, 'snapshot')
    t.equal(containersOf(other.events.all).nas?.[0]?.name, '5', String(id))
  }
})
