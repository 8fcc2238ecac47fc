import t from 'tap'
import { Differences } from '../../../lib/cluster/differences.ts'
import { Members } from '../../../lib/cluster/members.ts'
import { FORMAT } from '../../../lib/cluster/message.ts'
import { beatAnswer, replicaInfo, summaryWith } from '../../support/cluster.ts'

function open () {
  const log: [object, string][] = []
  const differences = new Differences({ info () {}, warn: (fields, message) => log.push([fields, message]) })
  const members = new Members()
  const see = (...replicas: ReturnType<typeof replicaInfo>[]) => {
    const answer = { replicas: replicas.map(info => [info, 1000] as [typeof info, number]) }
    members.see(beatAnswer({ ...answer, configurations: { old: 1, young: 2 } }), 0, 1000)
    differences.see(members, 'me')
  }
  return { log, members, see }
}

t.test('says once which keys of another replica differ, and whose configuration leads', async t => {
  const { log, members, see } = open()
  const [me, other] = [replicaInfo('me', { digest: 'old' }), replicaInfo('x', { name: 'b', digest: 'young' })]
  members.learn(summaryWith('old', { keys: { hosts: '1', tags: '1' } }))
  see(me, other)
  t.strictSame(log, [], 'unknown as yet')
  members.learn(summaryWith('young', { keys: { hosts: '2', tags: '2' } }))
  for (let beats = 0; beats < 3; beats++) see(me, other)
  const message = 'Replica "b" has another configuration; what differs: hosts, tags. '
  t.strictSame(log, [[{ replica: 'b', keys: ['hosts', 'tags'] }, `${message}The newer one applies to all.`]])
  see({ ...me, digest: 'young' }, { ...other, digest: 'old' })
  t.equal(log[1]?.[1], `${message}That of this replica is newer, and applies to all.`)
})

t.test('says once that a replica has another format', async t => {
  const { log, see } = open()
  const other = replicaInfo('x', { name: 'b', version: '3.1.0', format: FORMAT + 1, digest: 'young' })
  for (let beats = 0; beats < 2; beats++) see(replicaInfo('me'), other)
  t.strictSame(log, [[{ replica: 'b', version: '3.1.0' },
    'Replica "b" has version 3.1.0, whose messages this version cannot read. Until all replicas have the same ' +
    'version, each of the two groups polls all hosts.']])
})

t.test('says nothing about replicas that are alike', async t => {
  const { log, members, see } = open()
  members.learn(summaryWith('d1'))
  see(replicaInfo('me'), replicaInfo('x'))
  t.strictSame(log, [])
})
