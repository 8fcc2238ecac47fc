import t from 'tap'
import { ownersOf, Planner } from '../../../lib/cluster/assignment.ts'

const hosts = Array.from({ length: 1000 }, (_, index) => `host-${index}`)
const NOBODY: ReadonlySet<string> = new Set()

const winner = (host: string, replicas: readonly string[]) => ownersOf(hosts, replicas).get(host)

t.test('replicas get the same number of hosts, or one less', async t => {
  for (const [count, replicas] of [[1000, ['a', 'b']], [8, ['a', 'b']], [1000, [...'abcdefg']], [2, ['a', 'b', 'c']]]) {
    const owners = ownersOf(hosts.slice(0, Number(count)), [...replicas as string[]])
    const loadOf = (replica: string) => [...owners.values()].filter(owner => owner === replica).length
    const loads = [...replicas as string[]].map(loadOf)
    t.ok(Math.max(...loads) <= Math.ceil(Number(count) / loads.length), `${count}: ${loads}`)
    t.equal(loads.reduce((sum, load) => sum + load), count)
  }
})

t.test('a replica that comes or goes moves few hosts but its own', async t => {
  const before = ownersOf(hosts, ['a', 'b', 'c'])
  const others = [...ownersOf(hosts, ['a', 'b', 'c', 'd'])].filter(([, owner]) => owner !== 'd')
  const moved = others.filter(([host, owner]) => owner !== before.get(host))
  t.equal(others.length, 750)
  t.ok(moved.length < 75, String(moved.length))
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
  const owner = ownersOf(['only'], ['a', 'b']).get('only')
  const me = owner === 'a' ? 'b' : 'a'
  t.strictSame(planner.plan({ me, candidates: ['a', 'b'], hosts: ['only'], held: new Set(['only']) }),
    { wanted: [], released: ['only'] })
})

t.test('a replica that may not poll gives everything away', async t => {
  const { released } = new Planner().plan({ me: 'old', candidates: ['new'], hosts: ['x'], held: new Set(['x']) })
  t.strictSame(released, ['x'])
})

t.test('all stays as it is while no replica is known', async t => {
  const held = new Set(['x'])
  t.strictSame(new Planner().plan({ me: 'a', candidates: [], hosts, held }), { wanted: ['x'], released: [] })
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
