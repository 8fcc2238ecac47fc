import { mock } from 'node:test'
import t, { type Test } from 'tap'
import { Inbox } from '../../../lib/cluster/inbox.ts'
import type { Ledger } from '../../../lib/cluster/ledger.ts'
import { Names, patchOf } from '../../../lib/cluster/patch.ts'
import type { HostSnapshot } from '../../../lib/model/snapshot.ts'
import type { Transition } from '../../../lib/model/transition.ts'
import { transition } from '../../support/rules.ts'
import { hostSnapshot } from '../../support/snapshots.ts'

const FENCE = 5

interface Sending {
  from?: string
  fence?: number
  /** On the sender's clock. */
  sentAt?: number
}

/** An inbox on a clock that the test moves, and a sender whose clock shows the same. */
function open (t: Test) {
  let now = 1_000_000
  t.teardown(() => mock.restoreAll())
  mock.method(performance, 'now', () => now)
  const ledger: Ledger = new Map()
  const got: HostSnapshot[] = []
  const asked: [string, readonly string[]][] = []
  const hidden = new Set<string>()
  const leases = new Map<string, number>()
  const known: Transition[] = []
  const inbox = new Inbox({
    silence: 30_000,
    ledger,
    leases: {
      fenceOf: host => leases.get(host),
      isShown: host => !hidden.has(host),
      lose: async host => { leases.delete(host) }
    },
    transitions: () => known,
    put: snapshot => {
      got.push(snapshot)
      known.push(...snapshot.transitions)
    },
    ask: (from, hosts) => asked.push([from, hosts])
  })
  const take = (pairs: [HostSnapshot, HostSnapshot | null][], given: Sending = {}) => {
    const { from = 'other', fence = FENCE, sentAt = now } = given
    const names = new Names()
    const patches = pairs.map(([next, before]) => patchOf(next, before, { fence, names }))
    inbox.take(from, JSON.parse(JSON.stringify({ kind: 'news', sentAt, names: names.list, patches })))
  }
  return {
    inbox,
    ledger,
    got,
    asked,
    hidden,
    leases,
    known,
    /** Takes a snapshot as the changes of another, or as a whole. */
    take: (next: HostSnapshot, before: HostSnapshot | null = null, given: Sending = {}) =>
      take([[next, before]], given),
    takeAll: take,
    now: () => now,
    pass: (milliseconds: number) => { now += milliseconds },
    versions: () => got.splice(0).map(({ host, version }) => `${host} ${version}`)
  }
}

const first = hostSnapshot({ version: 1 })
const second = hostSnapshot({ version: 2, up: true })
const third = hostSnapshot({ version: 3, up: true })

t.test('puts what is sent, and remembers it as the base of what comes next', async t => {
  const { take, versions, ledger, asked } = open(t)
  take(first)
  take(second, first)
  take(third, second)
  t.strictSame(versions(), ['nas 1', 'nas 2', 'nas 3'])
  t.match(ledger.get('nas'), { fence: FENCE, from: 'other', snapshot: { version: 3 } })
  t.strictSame(asked, [])
})

t.test('an outdated lease is ignored, whoever holds the newer one', async t => {
  const { take, versions, leases } = open(t)
  take(first, null, { fence: 7, from: 'heir' })
  take(second, null, { fence: 6 })
  t.strictSame(versions(), ['nas 1'])
  leases.set('nas', 9)
  take(second, null, { fence: 8 })
  t.strictSame(versions(), [])
  take(second, null, { fence: 10 })
  t.strictSame(versions(), ['nas 2'], 'ours is outdated, although we do not know yet')
})

t.test('the next holder of a lease goes on from what the previous one sent', async t => {
  const { take, versions, asked, ledger } = open(t)
  take(first)
  take(hostSnapshot({ epoch: 'second', version: 1 }), first, { from: 'heir', fence: FENCE + 1 })
  t.strictSame(versions(), ['nas 1', 'nas 1'])
  t.strictSame(asked, [])
  t.match(ledger.get('nas'), { from: 'heir', snapshot: { epoch: 'second' } })
})

t.test('hosts that are not in the configuration are ignored', async t => {
  const { take, versions, hidden, ledger } = open(t)
  hidden.add('nas')
  take(first)
  t.strictSame(versions(), [])
  t.equal(ledger.size, 0)
})

t.test('changes of an unknown snapshot are asked for once, and again after 5 seconds', async t => {
  const { take, takeAll, versions, asked, pass } = open(t)
  const [pi, nextPi] = [hostSnapshot({ host: 'pi' }), hostSnapshot({ host: 'pi', version: 2 })]
  takeAll([[second, first], [nextPi, pi]])
  t.strictSame(asked.splice(0), [['other', ['nas', 'pi']]])
  take(third, second)
  pass(5000)
  take(third, second)
  t.strictSame(asked, [])
  pass(1)
  take(third, second)
  t.strictSame(asked.splice(0), [['other', ['nas']]])
  t.strictSame(versions(), [])
  take(third)
  t.strictSame(versions(), ['nas 3'])
  take(hostSnapshot({ version: 9 }), hostSnapshot({ version: 8 }))
  t.strictSame(asked, [['other', ['nas']]], 'at once after it was answered')
  t.strictSame(versions(), [], 'another base than the known one')
})

t.test('tells transitions once, although whole snapshots repeat them', async t => {
  const { take, got } = open(t)
  const [die, start, oom] = [
    transition({ at: 1 }), transition({ at: 2, action: 'start' }), transition({ at: 2, action: 'oom' })
  ]
  take(hostSnapshot({ version: 1, transitions: [die] }))
  take(hostSnapshot({ version: 2, transitions: [die, start] }))
  take(hostSnapshot({ version: 3, transitions: [die, start] }))
  take(hostSnapshot({ version: 4, transitions: [oom] }), third)
  t.strictSame(got.map(({ transitions }) => transitions.map(({ action }) => action)), [['die'], ['start'], [], ['oom']])
})

t.test('times are converted by what messages took at least', async t => {
  const { take, got, inbox, now, pass } = open(t)
  const ahead = 500_000
  const send = (version: number, took: number) => {
    const sentAt = now() - ahead
    pass(took)
    take(hostSnapshot({ version, atMonotonic: sentAt - 30, lastSeenMonotonic: sentAt - 40 }), null, { sentAt })
    const { atMonotonic, lastSeenMonotonic } = got.at(-1) ?? first
    return [atMonotonic - sentAt, Number(lastSeenMonotonic) - sentAt]
  }
  t.equal(inbox.lagOf('other'), null)
  t.strictSame(send(1, 20), [ahead + 20 - 30, ahead + 20 - 40])
  t.equal(inbox.lagOf('other'), 30)
  t.strictSame(send(2, 5), [ahead + 5 - 30, ahead + 5 - 40], 'a faster message is a better estimate')
  const [slow = 0] = send(3, 1005)
  t.ok(Math.abs(slow - (ahead + 5 + 1 - 30)) < 0.01, 'a slow one changes little')
  t.ok(Math.abs(Number(inbox.lagOf('other')) - 1029) < 0.01)
  t.equal(inbox.lagOf('unknown'), null)
})

t.test('each sender has a clock of its own', async t => {
  const { take, got, now } = open(t)
  take(hostSnapshot({ atMonotonic: 100 }), null, { sentAt: 100 })
  take(hostSnapshot({ host: 'pi', atMonotonic: 900 }), null, { sentAt: 900, from: 'third' })
  t.strictSame(got.map(({ atMonotonic }) => atMonotonic), [now(), now()])
})

t.test('a host says once that nothing was heard of its replica, until there is news', async t => {
  const { take, got, inbox, pass, now, ledger } = open(t)
  const sent = hostSnapshot({ version: 1, up: true, replica: 'b', atMonotonic: 5, transitions: [transition()] })
  take(sent)
  const heardAt = now()
  pass(29_999)
  inbox.age(() => heardAt)
  t.equal(got.length, 1)
  pass(1)
  for (let times = 0; times < 3; times++) inbox.age(() => heardAt)
  t.equal(inbox.silent, 1)
  t.equal(got.length, 2)
  t.match(got[1], {
    epoch: 'first~',
    up: true,
    version: 1,
    transitions: [],
    error: { code: 'REPLICA_LOST', message: /^Replica "b", which polls this host, has not been heard of since 20.*Z$/ }
  })
  t.ok(Math.abs(Date.parse(String(got[1]?.error?.message.slice(-24))) - (Date.now() - 30_000)) < 1000)
  t.match(ledger.get('nas'), { snapshot: { epoch: 'first', error: null } }, 'the next changes have the same base')
  take(second, sent)
  t.match(got[2], { epoch: 'first', version: 2, error: null })
  t.equal(inbox.silent, 0)
})

t.test('a host whose replica is not known any more says so by the age of what it sent', async t => {
  const { take, got, inbox, pass, now } = open(t)
  take(hostSnapshot({ atMonotonic: now() }))
  pass(29_999)
  inbox.age(() => undefined)
  t.equal(got.length, 1)
  pass(1)
  inbox.age(() => undefined)
  t.match(got[1], { error: { code: 'REPLICA_LOST' } })
})

t.test('hosts that this replica polls, or nobody any more, are not silent', async t => {
  const { take, got, inbox, pass, hidden, leases } = open(t)
  for (const host of ['nas', 'pi', 'vm']) take(hostSnapshot({ host }))
  leases.set('nas', FENCE)
  hidden.add('pi')
  pass(60_000)
  inbox.age(() => undefined)
  t.strictSame(got.slice(3).map(({ host }) => host), ['vm'])
  t.equal(inbox.silent, 1)
  leases.set('vm', FENCE)
  inbox.age(() => undefined)
  t.equal(inbox.silent, 0, 'once it is polled here')
  leases.delete('vm')
  inbox.age(() => undefined)
  t.equal(inbox.silent, 1)
})
