import t from 'tap'
import { Planner, winner } from '../../../lib/cluster/assignment.ts'

const hosts = Array.from({ length: 1000 }, (_, index) => `host-${index}`)
const NOBODY: ReadonlySet<string> = new Set()

const ownersAmong = (replicas: readonly string[]) => new Map(hosts.map(host => [host, winner(host, replicas)]))

t.test('replicas get about the same number of hosts', async t => {
  for (const replicas of [['a', 'b'], ['a', 'b', 'c', 'd'], ['one', 'two', 'three', 'four', 'five', 'six', 'seven']]) {
    const owners = [...ownersAmong(replicas).values()]
    const share = hosts.length / replicas.length
    for (const replica of replicas) {
      const count = owners.filter(owner => owner === replica).length
      t.ok(count > share * 0.7 && count < share * 1.3, `${count} of ${share}`)
    }
  }
})

t.test('a replica that comes or goes moves only its own hosts', async t => {
  const before = ownersAmong(['a', 'b', 'c'])
  const after = [...ownersAmong(['c', 'a', 'd', 'b'])].filter(([, owner]) => owner !== 'd')
  t.strictSame(after.filter(([host, owner]) => owner !== before.get(host)), [])
  t.ok(after.length < hosts.length)
})

t.test('replicas plan the same, each for itself', async t => {
  const candidates = ['a', 'b', 'c']
  const plans = candidates.map(me => new Planner().plan({ me, candidates, hosts, held: NOBODY }))
  t.strictSame(plans.flatMap(({ wanted }) => wanted).sort(), [...hosts].sort())
  t.strictSame(plans.flatMap(({ released }) => released), [])
})

t.test('hosts are given to another replica one part after the other', async t => {
  const planner = new Planner()
  let held = new Set(hosts)
  const given: string[] = []
  let beats = 0
  for (; beats === 0 || given.length > 0; beats++) {
    const { wanted, released } = planner.plan({ me: 'a', candidates: ['a', 'b'], hosts, held })
    t.ok(released.length <= hosts.length / 8)
    t.strictSame([...wanted, ...released].sort(), [...held].sort())
    t.ok(released.every(host => winner(host, ['a', 'b']) === 'b'))
    given.splice(0, given.length, ...released)
    held = new Set(wanted)
  }
  t.ok(beats >= 4 && beats <= 6, `${beats} beats`)
  t.strictSame([...held], hosts.filter(host => winner(host, ['a', 'b']) === 'a'))
})

t.test('even few hosts are given', async t => {
  const planner = new Planner()
  const owner = winner('only', ['a', 'b'])
  const me = owner === 'a' ? 'b' : 'a'
  t.strictSame(planner.plan({ me, candidates: ['a', 'b'], hosts: ['only'], held: new Set(['only']) }),
    { wanted: [], released: ['only'] })
})

t.test('a replica that may not poll gives everything away', async t => {
  const { released } = new Planner().plan({ me: 'old', candidates: ['new'], hosts: ['x'], held: new Set(['x']) })
  t.strictSame(released, ['x'])
})

t.test('hosts that are no longer to be polled are given back at once', async t => {
  const held = new Set(hosts)
  t.strictSame(new Planner().plan({ me: 'a', candidates: ['a'], hosts: hosts.slice(0, 8), held }),
    { wanted: hosts.slice(0, 8), released: hosts.slice(8) })
})

t.test('a plan follows the replicas', async t => {
  const planner = new Planner()
  const plan = (candidates: string[]) => planner.plan({ me: 'a', candidates, hosts, held: NOBODY }).wanted
  t.strictSame(plan(['a']), hosts)
  const shared = hosts.filter(host => winner(host, ['a', 'b']) === 'a')
  t.strictSame(plan(['a', 'b']), shared)
  t.strictSame(plan(['a', 'b']), shared, 'and stays')
  t.strictSame(plan(['a']), hosts)
})
