import { mock } from 'node:test'
import t, { type Test } from 'tap'
import { ownersOf } from '../../../lib/cluster/assignment.ts'
import { Leases } from '../../../lib/cluster/leases.ts'
import { Members, type ReplicaInfo } from '../../../lib/cluster/members.ts'
import { FORMAT } from '../../../lib/cluster/message.ts'
import type { Share } from '../../../lib/fleet/fleet.ts'
import { beatAnswer, replicaInfo, summaryWith } from '../../support/cluster.ts'

const LEASE = 4000
const hosts = ['a', 'b', 'c', 'd', 'e', 'f']
const own = summaryWith('own', { hosts })

/** Leases on a clock that the test moves, and a server whose other replicas and leases the test decides. */
function open (t: Test) {
  let now = 1_000_000
  t.teardown(() => mock.restoreAll())
  mock.method(performance, 'now', () => now)
  const shares: { polled: string[], shown: Share['shown'] }[] = []
  const calls: { keys: readonly string[], given: readonly (string | number)[] }[] = []
  const members = new Members()
  members.learn(own)
  const server = {
    isDown: false,
    others: [] as ReplicaInfo[],
    configurations: { own: 1 } as Record<string, number>,
    /** Hosts whose leases others have. */
    taken: new Set<string>(),
    fence: 100
  }
  const leases = new Leases({
    me: 'me',
    name: 'my name',
    lease: LEASE,
    key: name => `p:${name}`,
    members,
    ledger: new Map(),
    send: async () => {},
    link: {
      async beat (keys, given) {
        if (server.isDown) throw new Error('down')
        calls.push({ keys, given })
        const wanted = keys.slice(4, 4 + Number(given[4])).map(key => key.split(':').at(-1) ?? '')
        const me: ReplicaInfo = JSON.parse(String(given[2]))
        return beatAnswer({
          replicas: [me, ...server.others].map(info => [info, LEASE * 3 / 4]),
          configurations: server.configurations,
          fences: wanted.map(host => server.taken.has(host) ? '' : String(server.fence))
        })
      }
    },
    fleet: {
      async take ({ replica, polled, shown }) {
        t.equal(replica, 'my name')
        shares.push({ polled: [...polled], shown })
      }
    }
  }, own)
  return { leases, members, server, shares, calls, pass: (milliseconds: number) => { now += milliseconds } }
}

t.test('the first beat only tells others that it exists, the second takes hosts', async t => {
  const { leases, shares, calls } = open(t)
  t.equal(await leases.beat(), 'first')
  t.strictSame(shares, [])
  t.equal(await leases.beat(), 'kept')
  t.strictSame(shares, [{ polled: hosts, shown: null }])
  t.strictSame(leases.hosts, hosts)
  t.equal(leases.fenceOf('a'), 100)
  t.equal(leases.fenceOf('unknown'), undefined)
  const shared = ['p:replicas', 'p:infos', `p:${FORMAT}:fence`, `p:${FORMAT}:configurations`]
  const keys = [...shared, ...hosts.map(host => `p:${FORMAT}:lease:${host}`)]
  t.strictSame(calls.map(call => call.keys), [shared, keys])
  t.match(calls[1]?.given, ['me', 3000, String, 'own', 6])
  const info = JSON.parse(String(calls[1]?.given[2]))
  t.match(info, { id: 'me', name: 'my name', format: FORMAT, digest: 'own', hosts: 0 })
  await leases.beat()
  t.equal(shares.length, 1, 'the fleet is only told what changes')
})

t.test('shares with the replicas that are there, and gives their hosts to them', async t => {
  const { leases, server } = open(t)
  await leases.beat()
  await leases.beat()
  server.others = [replicaInfo('other', { digest: 'own' })]
  await leases.beat()
  const outcomes = new Set<string>()
  for (let beat = 0; beat < 7; beat++) outcomes.add(await leases.beat())
  t.strictSame([...outcomes], ['released', 'kept'])
  t.strictSame(leases.hosts, hosts.filter(host => ownersOf(hosts, ['me', 'other']).get(host) === 'me'))
  t.equal(leases.lost, 0, 'what is given is not lost')
})

t.test('stops to poll what another replica has taken', async t => {
  const { leases, server, shares } = open(t)
  await leases.beat()
  await leases.beat()
  server.taken = new Set(['b', 'c'])
  await leases.beat()
  t.strictSame(shares.at(-1)?.polled, ['a', 'd', 'e', 'f'])
  t.equal(leases.fenceOf('b'), undefined)
  await leases.beat()
  t.equal(leases.lost, 2, 'counted once')
})

t.test('a replica that was stopped for long does not take itself for gone', async t => {
  const { leases, members, server, pass } = open(t)
  server.others = [replicaInfo('other', { digest: 'own' })]
  for (let beat = 0; beat < 9; beat++) await leases.beat()
  const held = leases.hosts
  pass(3 * LEASE)
  members.hear('other', performance.now())
  held.forEach(host => server.taken.add(host))
  t.equal(await leases.beat(), 'kept')
  t.equal(leases.lost, held.length, 'the other has taken all, and none was given')
})

t.test('goes on while the server is away, and alone if it was never there', async t => {
  const { leases, server, shares, pass } = open(t)
  server.isDown = true
  await t.rejects(leases.beat(), { message: 'down' })
  pass(LEASE - 1)
  await leases.goAlone()
  t.strictSame(shares, [])
  pass(1)
  await leases.goAlone()
  t.strictSame(shares, [{ polled: hosts, shown: null }])
  t.strictSame(leases.hosts, [], 'without leases')
  server.isDown = false
  server.taken = new Set(['a'])
  t.equal(await leases.beat(), 'first')
  t.equal(shares.length, 1, 'until the hosts are shared')
  await leases.beat()
  t.strictSame(shares.at(-1)?.polled, hosts.slice(1))
  server.isDown = true
  await t.rejects(leases.beat())
  pass(10 * LEASE)
  await leases.goAlone()
  t.strictSame(leases.hosts, hosts.slice(1))
  t.equal(shares.length, 2)
})

t.test('another configuration that leads decides what is polled and shown, once it is known', async t => {
  const { leases, members, server, shares } = open(t)
  await leases.beat()
  await leases.beat()
  server.others = [replicaInfo('other', { digest: 'newer' })]
  server.configurations = { own: 1, newer: 2 }
  await leases.beat()
  t.strictSame(leases.hosts, hosts, 'learns of it')
  t.ok(leases.isShown('a'))
  members.learn(summaryWith('newer', { hosts: ['z', 'b', 'a'] }))
  t.equal(await leases.beat(), 'released')
  t.ok(['a', 'b'].some(host => leases.hosts.includes(host)), 'one after the other')
  t.strictSame(leases.hosts.filter(host => host !== 'a' && host !== 'b'), [], 'but removed hosts at once')
  t.strictSame(shares.at(-1)?.shown, ['z', 'b', 'a'])
  t.strictSame(['z', 'a', 'c'].map(host => leases.isShown(host)), [true, true, false])
  await leases.beat()
  await leases.beat()
  t.strictSame(leases.hosts, [], 'those who have it poll all its hosts')
})

t.test('a new configuration of its own applies once the server knows it', async t => {
  const { leases, shares, calls } = open(t)
  await leases.beat()
  await leases.beat()
  const next = summaryWith('next', { hosts: ['a', 'new'] })
  leases.apply(next)
  t.equal(leases.summary, next)
  await leases.beat()
  t.strictSame(shares.at(-1), { polled: ['a'], shown: null })
  await leases.beat()
  t.strictSame(shares.at(-1), { polled: ['a', 'new'], shown: null })
  t.equal(calls.at(-1)?.given[3], 'next')
  t.notOk(leases.isShown('b'))
})

t.test('the end gives everything back', async t => {
  const { leases, shares, calls } = open(t)
  await leases.beat()
  await leases.beat()
  await leases.stop()
  t.strictSame(shares.at(-1), { polled: [], shown: null })
  await leases.leave()
  const { keys = [], given = [] } = calls.at(-1) ?? {}
  t.equal(keys.length, 4 + hosts.length)
  t.strictSame([given[1], given[4]], [0, 0], 'nothing to hold, and no longer present')
})
