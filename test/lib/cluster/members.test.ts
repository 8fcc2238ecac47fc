import t from 'tap'
import { Members } from '../../../lib/cluster/members.ts'
import { FORMAT } from '../../../lib/cluster/message.ts'
import { beatAnswer, replicaInfo, summaryWith } from '../../support/cluster.ts'

const WITHIN = 1000
const [one, two, three] = [replicaInfo('1'), replicaInfo('2'), replicaInfo('3')]
const ids = (members: Members) => members.list().map(({ id }) => id)

t.test('a replica is present for as long as the server says', async t => {
  const members = new Members()
  members.see(beatAnswer({ replicas: [[two, 400], [one, WITHIN]] }), 5000, WITHIN)
  t.strictSame(ids(members), ['1', '2'], 'by name')
  t.equal(members.find('1')?.heardAt, 5000)
  t.equal(members.find('2')?.heardAt, 4400)
  members.expire(5400, WITHIN, 'me')
  t.strictSame(ids(members), ['1', '2'])
  members.expire(5401, WITHIN, 'me')
  t.strictSame(ids(members), ['1'])
})

t.test('a replica that the server has forgotten stays while it is heard', async t => {
  const members = new Members()
  members.see(beatAnswer({ replicas: [[one, WITHIN], [two, WITHIN], [three, WITHIN]] }), 0, WITHIN)
  members.hear('2', 900)
  members.hear('unknown', 900)
  members.see(beatAnswer({ replicas: [[one, WITHIN]] }), 1001, WITHIN)
  members.expire(1001, WITHIN, 'me')
  t.strictSame(ids(members), ['1', '2'])
  members.expire(1901, WITHIN, 'me')
  t.strictSame(ids(members), ['1'])
})

t.test('what was heard since a beat counts', async t => {
  const members = new Members()
  members.see(beatAnswer({ replicas: [[two, WITHIN]] }), 0, WITHIN)
  members.hear('2', 700)
  members.see(beatAnswer({ replicas: [[replicaInfo('2', { hosts: 5 }), 300]] }), 750, WITHIN)
  t.match(members.find('2'), { heardAt: 700, hosts: 5 })
})

t.test('all are waited for again when the server is back', async t => {
  const members = new Members()
  members.see(beatAnswer({ replicas: [[one, WITHIN], [two, WITHIN]] }), 0, WITHIN)
  members.lose()
  members.expire(50_000, WITHIN, 'me')
  t.strictSame(ids(members), ['1', '2'])
  members.see(beatAnswer({ replicas: [[one, WITHIN]] }), 50_000, WITHIN)
  members.expire(50_000 + WITHIN, WITHIN, 'me')
  t.strictSame(ids(members), ['1', '2'])
  members.expire(50_001 + WITHIN, WITHIN, 'me')
  t.strictSame(ids(members), [])
})

t.test('a replica can say that it leaves', async t => {
  const members = new Members()
  members.see(beatAnswer({ replicas: [[one, WITHIN], [two, WITHIN]] }), 0, WITHIN)
  members.remove('2')
  t.strictSame(ids(members), ['1'])
  t.equal(members.find('2'), undefined)
})

t.test('a server that has lost who is present but not what they said does not keep replicas', async t => {
  const members = new Members()
  members.see(beatAnswer({ replicas: [[one, WITHIN], [two, WITHIN]] }), 0, WITHIN)
  const [infos] = beatAnswer({ replicas: [[one, WITHIN], [two, WITHIN], [three, WITHIN]] })
  const lossy = (at: number) => {
    const [, present, ...more] = beatAnswer({ replicas: [[one, WITHIN]] })
    members.see([infos, present, ...more], at, WITHIN)
    members.expire(at, WITHIN, 'me')
  }
  lossy(500)
  t.strictSame(ids(members), ['1', '2'])
  lossy(1001)
  t.strictSame(ids(members), ['1'])
})

t.test('ignores what is no replica', async t => {
  const members = new Members()
  const present = ['a', '500', 'b', '500', 'c', '500']
  members.see([['a', 'null', 'b', '{', 'c', '{}'], present, [], []], 0, WITHIN)
  t.strictSame(ids(members), [])
})

t.test('the configuration that appeared last among the replicas leads', async t => {
  const members = new Members()
  t.equal(members.leading, null)
  const [old, young] = [replicaInfo('1', { digest: 'old' }), replicaInfo('2', { digest: 'young' })]
  const configurations = { old: 100, young: 200, gone: 300 }
  members.see(beatAnswer({ replicas: [[old, WITHIN], [young, WITHIN]], configurations }), 0, WITHIN)
  t.equal(members.leading, 'young')
  members.remove('2')
  t.equal(members.leading, 'old', 'only of those that are there')
  members.see(beatAnswer({ replicas: [[old, WITHIN]] }), 0, WITHIN)
  t.equal(members.leading, 'old', 'even if the server does not know it')
})

t.test('replicas with another format neither lead nor poll', async t => {
  const members = new Members()
  const next = replicaInfo('2', { digest: 'next', format: FORMAT + 1 })
  const configurations = { d1: 1, next: 2 }
  members.see(beatAnswer({ replicas: [[one, WITHIN], [next, WITHIN]], configurations }), 0, WITHIN)
  t.equal(members.leading, 'd1')
  t.strictSame(members.readable().map(({ id }) => id), ['1'])
  t.strictSame(ids(members), ['1', '2'])
})

t.test('replicas with the same name have an order', async t => {
  const members = new Members()
  const replicas = ['2', '1', '3'].map(id => [replicaInfo(id, { name: 'same' }), WITHIN] as [typeof one, number])
  members.see(beatAnswer({ replicas }), 0, WITHIN)
  t.strictSame(ids(members), ['1', '2', '3'])
})

t.test('configurations are compared once both are known', async t => {
  const members = new Members()
  const a = summaryWith('a', { keys: { hosts: 'x', tags: 'y', labels: 'z' } })
  const b = summaryWith('b', { keys: { hosts: 'x', tags: 'other', labels: 'other' } })
  members.learn(a)
  t.equal(members.summary('a'), a)
  t.equal(members.summary('b'), undefined)
  t.strictSame(members.differences('a', 'b'), [])
  members.learn(b)
  t.strictSame(members.differences('a', 'b'), ['tags', 'labels'])
  t.strictSame(members.differences('a', 'a'), [])
  t.strictSame(members.differences('a', null), [])
  t.strictSame(members.differences('a', undefined), [])
})
