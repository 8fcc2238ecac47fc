import { setImmediate } from 'node:timers/promises'
import t from 'tap'
import type { Ledger } from '../../../lib/cluster/ledger.ts'
import { decode, senderOf, type Message } from '../../../lib/cluster/message.ts'
import { Outbox } from '../../../lib/cluster/outbox.ts'
import { apply } from '../../../lib/cluster/patch.ts'
import type { HostSnapshot } from '../../../lib/model/snapshot.ts'
import type { Transition } from '../../../lib/model/transition.ts'
import { transition } from '../../support/rules.ts'
import { hostSnapshot } from '../../support/snapshots.ts'
import { until } from '../../support/until.ts'

interface Sent {
  channel: string
  message: Message
}

/** An outbox and a server that is connected, and takes what it does not refuse. */
function open () {
  const ledger: Ledger = new Map()
  const fences = new Map([['nas', 5], ['pi', 6]])
  const sent: Sent[] = []
  const log: Transition[] = []
  const link = {
    isConnected: true,
    /** What to do before a message is sent. */
    before: () => {},
    async publish (channel: string, body: Buffer) {
      this.before()
      t.equal(senderOf(body), 'me')
      sent.push({ channel, message: decode(body) })
    }
  }
  const outbox = new Outbox({
    me: 'me',
    ledger,
    link,
    leases: { fenceOf: host => fences.get(host) },
    channelOf: to => to ?? 'all',
    transitions: () => log
  })
  /** The next messages: hosts with their bases, or the kind. */
  const next = async (count: number) => {
    await until(() => sent.length >= count)
    return sent.splice(0).map(({ channel, message }) => [channel, ...message.kind === 'news'
      ? message.patches.map(({ host, base }) => base === null ? host : `${host} after ${base}`)
      : [message.kind]].join(': '))
  }
  return { outbox, ledger, fences, sent, log, link, next }
}

const version = (version: number, given: Partial<HostSnapshot> = {}) => hostSnapshot({ version, ...given })

/** The snapshot that a message without a base contains. */
function whole ({ message }: Sent) {
  if (message.kind !== 'news') throw new Error(message.kind)
  const { names, patches: [patch] } = message
  if (!patch) throw new Error('nothing')
  return apply(null, patch, { names, offset: 0 })
}

t.test('sends everything first, and then changes', async t => {
  const { outbox, next, sent, ledger } = open()
  outbox.put(version(1))
  await until(() => sent.length === 1)
  t.strictSame(sent.map(whole), [version(1)])
  t.match(sent[0], { channel: 'all', message: { sentAt: Number, patches: [{ fence: 5 }] } })
  t.strictSame(await next(1), ['all: nas'])
  outbox.put(version(2, { epoch: 'second' }))
  t.strictSame(await next(1), ['all: nas after first 1'])
  t.match(ledger.get('nas'), { from: 'me', fence: 5, snapshot: { epoch: 'second', version: 2 } })
  await outbox.close()
})

t.test('one message contains what several polls bring, and skips what was replaced', async t => {
  const { outbox, next, sent } = open()
  outbox.put(version(1))
  for (const number of [2, 3, 4]) outbox.put(version(number, { transitions: [transition({ at: number })] }))
  outbox.put(hostSnapshot({ host: 'pi' }))
  await until(() => sent.length === 2)
  t.match(sent[1], { message: { patches: [{ transitions: [{ at: 2 }, { at: 3 }, { at: 4 }] }, { transitions: [] }] } })
  t.strictSame(await next(2), ['all: nas', 'all: nas after first 1: pi'])
  outbox.put(version(5))
  t.strictSame(await next(1), ['all: nas after first 4'])
  await outbox.close()
})

t.test('goes on from what the previous holder of a lease sent', async t => {
  const { outbox, next, ledger } = open()
  ledger.set('nas', { snapshot: version(7, { epoch: 'theirs' }), fence: 4, from: 'other' })
  outbox.put(version(1))
  t.strictSame(await next(1), ['all: nas after theirs 7'])
  await outbox.close()
})

t.test('sends nothing of hosts without a lease', async t => {
  const { outbox, next, fences, ledger } = open()
  outbox.put(version(1))
  t.strictSame(await next(1), ['all: nas'])
  fences.delete('nas')
  outbox.put(version(2))
  outbox.put(hostSnapshot({ host: 'pi' }))
  t.strictSame(await next(1), ['all: pi'])
  t.match(ledger.get('nas'), { snapshot: { version: 1 } })
  await outbox.close()
})

t.test('whole snapshots and changes take turns, and messages go first', async t => {
  const { outbox, next, fences, ledger, sent } = open()
  const hosts = Array.from({ length: 20 }, (_, index) => `h${index}`)
  for (const host of hosts) ledger.set(host, { snapshot: hostSnapshot({ host }), fence: 1, from: 'me' })
  for (let index = 0; index < 150; index++) fences.set(`p${index}`, 1)
  for (const host of fences.keys()) outbox.put(hostSnapshot({ host }))
  outbox.sendWhole('asker', hosts)
  outbox.send(null, { kind: 'released' })
  const messages = (await next(7)).map(message => message.split(': '))
  t.strictSame(messages.map(([channel, first, ...more]) => `${channel}: ${first} and ${more.length} more`), [
    'all: nas and 0 more', 'all: released and 0 more', 'asker: h0 and 7 more', 'all: pi and 99 more',
    'asker: h8 and 7 more', 'all: p99 and 50 more', 'asker: h16 and 3 more'
  ])
  t.strictSame(sent, [])
  await outbox.close()
})

t.test('whole snapshots are what was sent last, with the latest transitions', async t => {
  const { outbox, next, ledger, sent, log } = open()
  log.push(transition({ at: 1 }), transition({ at: 2 }))
  ledger.set('pi', { snapshot: hostSnapshot({ host: 'pi' }), fence: 4, from: 'other' })
  ledger.set('nas', { snapshot: version(3), fence: 5, from: 'me' })
  outbox.sendWhole('asker', ['nas', 'pi', 'unknown'])
  await until(() => sent.length === 1)
  t.strictSame(sent.map(whole), [version(3, { transitions: log })])
  t.strictSame(await next(1), ['asker: nas'], 'others answer for theirs')
  await outbox.close()
})

t.test('nothing of what happens while the server is away is lost', async t => {
  const { outbox, next, link, sent, ledger } = open()
  ledger.set('nas', { snapshot: version(1), fence: 5, from: 'me' })
  link.isConnected = false
  for (const number of [2, 3]) outbox.put(version(number, { transitions: [transition({ at: number })] }))
  outbox.put(hostSnapshot({ host: 'pi' }))
  outbox.send('asker', { kind: 'ask-configuration' })
  outbox.sendWhole('asker', ['nas'])
  await setImmediate()
  outbox.flush()
  await setImmediate()
  link.isConnected = true
  outbox.flush()
  await until(() => sent.length === 1)
  t.match(sent[0], { message: { patches: [{ transitions: [{ at: 2 }, { at: 3 }] }, {}] } })
  t.strictSame(await next(1), ['all: nas after first 1: pi'])
  await outbox.close()
  t.strictSame(sent, [], 'who asked asks again')
})

t.test('a message that fails ends the sending until it is asked for again', async t => {
  const { outbox, next, link, sent } = open()
  let attempts = 0
  link.before = () => {
    attempts++
    throw new Error('connection lost')
  }
  outbox.put(version(1))
  outbox.put(hostSnapshot({ host: 'pi' }))
  await until(() => attempts === 1)
  await setImmediate()
  link.before = () => {}
  t.strictSame(sent, [])
  outbox.put(version(2))
  t.strictSame(await next(1), ['all: pi: nas after first 1'], 'receivers ask, because they do not know the base')
  await outbox.close()
})

t.test('the end sends what waits without a pause, and nothing after it', async t => {
  const { outbox, next, sent } = open()
  outbox.put(version(1))
  await until(() => sent.length === 1)
  outbox.put(version(2))
  outbox.send(null, { kind: 'released' })
  outbox.send(null, { kind: 'bye' })
  await outbox.close()
  t.strictSame(await next(4), ['all: nas', 'all: released', 'all: bye', 'all: nas after first 1'])
  outbox.put(version(3))
  await setImmediate()
  t.strictSame(sent, [])
})
