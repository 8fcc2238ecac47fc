import { performance } from 'node:perf_hooks'
import { mock } from 'node:test'
import t from 'tap'
import type { StreamOptions } from '../../../lib/stream/stream.ts'
import { containersOf } from '../../support/event-stream.ts'
import { until } from '../../support/until.ts'
import { lastIdOf, received, start } from './start.ts'

t.test('sends comments while nothing happens', async t => {
  mock.timers.enable({ apis: ['setInterval'] })
  t.teardown(() => mock.timers.reset())
  const { open } = start(t)
  const [response, other] = [open(), open()]
  await received(response, 'snapshot')
  mock.timers.tick(15_000)
  mock.timers.tick(15_000)
  t.equal(response.events.comments.length, 2)
  other.destroy()
  response.destroy()
  const { length } = response.written
  mock.timers.tick(60_000)
  t.equal(response.written.length, length)
})

t.test('drops a client that is more than 1 MiB behind', async t => {
  mock.timers.enable({ apis: ['setTimeout'] })
  t.teardown(() => mock.timers.reset())
  const { open, put, stream } = start(t)
  const [deaf, hasty] = [open(), open()]
  for (const client of [deaf, hasty]) await received(client, 'snapshot')
  deaf.isFull = true
  let version = 1
  while (!deaf.isEnded) {
    put('nas', String(++version))
    await until(() => hasty.written.length === 2 * version)
  }
  t.equal(deaf.written.filter(({ length }) => length > 1000).length, 2, 'the events that wait are not queued')
  t.ok(version > 2 ** 20 / 2200 && version < 2 ** 20 / 1800, `after ${version} events`)
  t.match(deaf.events.all.at(-1), { event: 'end', data: { reason: 'behind', message: /1 MiB/ } })
  t.notOk(deaf.isDestroyed)
  mock.timers.tick(1000)
  t.ok(deaf.isDestroyed, 'it does not even read that')
  t.match(stream.counts, { clients: 1, dropped: { behind: 1, stalled: 0 }, events: { snapshot: 2, end: 1 } })
  t.equal(hasty.events.names, `snapshot${' update'.repeat(version - 1)}`)
  const again = open({ lastId: lastIdOf(deaf) })
  await until(() => again.events.all.length === version - 2)
  t.strictSame(containersOf([...deaf.events.all, ...again.events.all]), containersOf(hasty.events.all), 'it can resume')
})

t.test('a client that reads in time gets everything', async t => {
  const { open, put } = start(t)
  const slow = open()
  await received(slow, 'snapshot')
  for (let version = 2; version <= 1500; version++) {
    slow.isFull = true
    put('nas', String(version))
    await new Promise(resolve => setImmediate(resolve))
    if (version % 50 === 0) slow.drain()
  }
  slow.drain()
  await until(() => containersOf(slow.events.all).nas?.[0]?.name === '1500')
  t.notOk(slow.isEnded)
})

t.test('drops a client that needs events that are no longer held', async t => {
  const { open, put } = start(t, ['nas'], { maxBytes: 5000 })
  const [deaf, other] = [open(), open()]
  for (const client of [deaf, other]) await received(client, 'snapshot')
  deaf.isFull = true
  for (let version = 2; version <= 8; version++) {
    put('nas', String(version))
    await until(() => other.events.all.length === version)
  }
  t.match(deaf.events.all.at(-1), { event: 'end', data: { reason: 'behind' } })
})

t.test('drops a client that reads nothing for 30 seconds', async t => {
  mock.timers.enable({ apis: ['setInterval'] })
  let now = 0
  mock.method(performance, 'now', () => now)
  t.teardown(() => {
    mock.timers.reset()
    mock.restoreAll()
  })
  const { open, put, stream } = start(t)
  const [deaf, other, slow] = [open(), open(), open()]
  for (const client of [deaf, other, slow]) await received(client, 'snapshot')
  deaf.isFull = true
  slow.isFull = true
  put('nas', '2')
  for (const client of [deaf, other, slow]) await received(client, 'snapshot update')
  now = 20_000
  slow.drain()
  mock.timers.tick(15_000)
  t.notOk(deaf.isEnded)
  now = 30_001
  mock.timers.tick(15_000)
  t.match(deaf.events.all.at(-1), { event: 'end', data: { reason: 'stalled', message: /30 seconds/ } })
  t.notOk(other.isEnded)
  t.notOk(slow.isEnded)
  t.equal(stream.counts.dropped.stalled, 1)
})

t.test('ends the streams of clients that may no longer be connected', async t => {
  const { open, stream } = start(t)
  const [revoked, other] = [open({ refusal: () => 'revoked' }), open()]
  for (const client of [revoked, other]) await received(client, 'snapshot')
  stream.check()
  t.match(revoked.events.all.at(-1), { id: '', event: 'end', data: { reason: 'revoked' } })
  t.equal(other.events.names, 'snapshot')
  t.equal(stream.counts.clients, 1)
})

t.test('ends all streams once, also those that start later', async t => {
  const { open, stream } = start(t)
  const response = open()
  await received(response, 'snapshot')
  stream.close()
  stream.close()
  t.equal(response.events.names, 'snapshot end')
  t.match(response.events.all.at(-1), { data: { reason: 'shutdown' }, id: lastIdOf(response) })
  t.equal(open().events.names, 'end')
})

t.test('an event that cannot be encoded is reported, and the next one is sent', async t => {
  let isBroken = false
  const views: StreamOptions['views'] = {
    host: ({ version }) => {
      if (isBroken) throw new Error('broken')
      return Buffer.from(JSON.stringify({ host: 'nas', version }))
    },
    container: () => Buffer.from('{}')
  }
  const { open, put, errors } = start(t, ['nas'], { views })
  const response = open()
  await received(response, 'snapshot')
  isBroken = true
  put('nas', '2', { version: 2 })
  await until(() => errors.length === 1)
  const late = open()
  await received(late, 'snapshot')
  isBroken = false
  put('nas', '3', { version: 3 })
  await received(response, 'snapshot update')
  t.match(response.events.all.at(-1)?.data.host, { version: 3 })
})

t.test('a client is disconnected if its first snapshot cannot be encoded', async t => {
  const views: StreamOptions['views'] = {
    host: () => { throw new Error('broken') },
    container: () => Buffer.from('{}')
  }
  const { open, errors, stream } = start(t, ['nas'], { views })
  const response = open()
  await until(() => response.isDestroyed)
  t.match(errors, [{ message: 'broken' }])
  t.equal(stream.counts.clients, 0)
})
