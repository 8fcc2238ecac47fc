import t from 'tap'
import { ContainerSet } from '../../../lib/collector/container-set.ts'
import { createFilter } from '../../../lib/collector/filter.ts'
import type { ContainerDetails, ContainerSummary, EngineEvent } from '../../../lib/engine/wire.ts'

const summary = (id: string, given: Partial<ContainerSummary> = {}): ContainerSummary =>
  ({
    id,
    names: [`/${id}`],
    image: 'img',
    state: 'running',
    status: 'Up',
    networkMode: 'bridge',
    labels: {},
    created: 1,
    ...given
  })

const event = (action: string, id: string, given: Partial<EngineEvent> = {}): EngineEvent =>
  ({ id, action, name: null, image: null, labels: {}, time: 2, key: '', ...given })

const details = (id: string, given: Partial<ContainerDetails> = {}): ContainerDetails => ({
  ...summary(id),
  health: null,
  exitCode: 0,
  oomKilled: false,
  startedAt: null,
  restartCount: 0,
  limits: { cpus: null, memoryBytes: null, pids: null },
  ...given
})

function listed (...summaries: ContainerSummary[]): ContainerSet {
  const set = new ContainerSet()
  set.replace(summaries)
  for (const id of set.takeDue(99)) set.fill(details(id))
  return set
}

t.test('what a list has for the first time is news, and due', async t => {
  const set = new ContainerSet()
  t.equal(set.replace([summary('a'), summary('b')]), true)
  t.strictSame(set.takeDue(99), ['a', 'b'])
  t.strictSame(set.takeDue(99), [], 'once')
  t.equal(set.replace([summary('a'), summary('b')]), false)
  t.equal(set.replace([summary('a')]), true, 'one is missing')
  t.strictSame(set.values().map(({ id }) => id), ['a'])
})

t.test('what an event has announced is no news', async t => {
  const set = listed(summary('a'))
  t.equal(set.apply(event('pause', 'a')), true)
  t.equal(set.replace([summary('a', { state: 'restarting' })]), false)
  t.strictSame(set.takeDue(99), ['a'])
})

t.test('a list tells of states, names and health that differ', async t => {
  const cases: [Partial<ContainerSummary>, boolean][] = [
    [{}, false],
    [{ state: 'exited' }, true],
    [{ names: ['/other'] }, true],
    [{ names: ['/x/alias', '/a'] }, false],
    [{ status: 'Up 2 minutes (healthy)' }, false],
    [{ status: 'Up 2 minutes (unhealthy)' }, true],
    [{ status: 'Up 2 minutes (health: starting)' }, true],
    [{ status: 'Up 2 minutes (Paused)' }, false]
  ]
  for (const [given, isNews] of cases) {
    const set = new ContainerSet()
    set.replace([summary('a')])
    set.takeDue(99)
    t.equal(set.replace([summary('a', { status: 'Up 1 minute (healthy)' })]), false, 'not inspected yet')
    set.fill(details('a', { health: 'healthy' }))
    t.equal(set.replace([summary('a', given)]), isNews, JSON.stringify(given))
  }
})

t.test('what a list says once more stays as it is', async t => {
  const set = listed(summary('a'))
  const [before] = set.values()
  set.replace([summary('a', { status: 'Up 2 minutes', labels: { secret: 'kept out' } })])
  t.equal(set.values()[0], before)
  for (const given of [{ state: 'paused' }, { names: ['/b'] }, { image: 'sha256:1' }, { networkMode: 'host' }]) {
    set.replace([summary('a', given)])
    t.match(set.values(), [given])
  }
})

t.test('a list without network mode keeps the one of the inspection', async t => {
  const set = listed(summary('a', { networkMode: null }))
  set.replace([summary('a', { networkMode: null })])
  t.match(set.values(), [{ networkMode: 'bridge' }])
  set.replace([summary('b', { networkMode: null })])
  t.match(set.values(), [{ networkMode: null }])
})

t.test('events move containers on', async t => {
  const set = listed(summary('a'))
  const states = [
    ['die', 'exited'], ['start', 'running'], ['pause', 'paused'], ['unpause', 'running'], ['oom', 'running']
  ] as const
  for (const [action, state] of states) {
    t.equal(set.apply(event(action, 'a')), true)
    t.match(set.values(), [{ id: 'a', state }], action)
  }
  for (const action of ['exec_start', 'kill', 'constructor']) t.equal(set.apply(event(action, 'a')), false)
  t.equal(set.apply(event('destroy', 'a')), true)
  t.equal(set.apply(event('destroy', 'a')), false)
  t.strictSame(set.takeDue(99), [], 'what is gone is not inspected')
})

t.test('events bring containers, in front', async t => {
  const set = listed(summary('a'))
  set.apply(event('create', 'b', { name: 'web', image: 'nginx' }))
  set.apply(event('rename', 'c'))
  t.match(set.values(), [
    { id: 'c', names: [], image: '', state: 'unknown', created: 2 },
    { id: 'b', names: ['/web'], image: 'nginx', state: 'created' },
    { id: 'a' }
  ])
  set.takeDue(99)
  set.fill(details('c', { image: 'redis' }))
  t.match(set.values(), [{ id: 'c', image: 'redis', state: 'running' }])
  set.fill(details('gone'))
  t.equal(set.values().length, 3)
})

t.test('an inspection asked before an event does not undo what the event said', t => {
  const set = listed(summary('a'))
  set.apply(event('start', 'a'))
  t.strictSame(set.takeDue(99), ['a'])
  set.apply(event('pause', 'a'))
  set.apply(event('rename', 'a', { name: 'b' }))
  set.fill(details('a', { startedAt: '2026-11-23T05:42:02Z' }))
  t.match(set.values(), [{ state: 'paused', names: ['/b'], startedAt: '2026-11-23T05:42:02Z' }])
  t.strictSame(set.takeDue(99), ['a'], 'and is asked again')
  set.fill(details('a', { state: 'exited' }))
  t.match(set.values(), [{ state: 'exited', names: ['/a'] }])
  t.end()
})

t.test('all are due after a doubt, and taken some at a time', async t => {
  const set = listed(summary('a'), summary('b'), summary('c'))
  t.equal(set.isDue, false)
  set.doubt()
  t.strictSame(set.takeDue(2), ['a', 'b'])
  t.equal(set.isDue, true)
  t.strictSame(set.takeDue(2), ['c'])
  t.equal(set.isDue, false)
})

t.test('of the labels only those are kept that mean something or are shown', async t => {
  const labels = { 'com.docker.compose.project': 'edge', 'dockstat.icon': 'x.png', team: 'a', secret: 'b' }
  const { secret, ...kept } = labels
  const set = new ContainerSet({ labels: ['team', 'absent'] })
  set.replace([summary('a', { labels })])
  set.apply(event('start', 'b', { labels: { ...labels, exitCode: '0' } }))
  for (const { labels } of set.values()) t.strictSame(labels, kept)
  set.fill(details('a', { labels: { ...labels, more: 'c' } }))
  t.strictSame(set.values().at(-1)?.labels, kept)
})

t.test('counts how often memory ran out', async t => {
  const set = listed(summary('a'))
  t.equal(set.values()[0]?.oomEvents, undefined)
  set.apply(event('oom', 'a'))
  set.apply(event('die', 'a'))
  set.apply(event('oom', 'a'))
  set.replace([summary('a')])
  t.equal(set.values()[0]?.oomEvents, 2)
})

t.test('what the filter leaves out is neither shown nor inspected, nor news', async t => {
  const set = new ContainerSet({ filter: createFilter({ include: [], exclude: ['db*', 'label:secret=a*'] }) })
  const labels = { secret: 'ab' }
  set.replace([summary('web'), summary('db'), summary('c', { labels })])
  const shown = () => set.values().map(({ names: [name] }) => name)
  t.strictSame(shown(), ['/web'])
  t.strictSame(set.takeDue(99), ['web'])
  t.equal(set.replace([summary('web'), summary('db', { state: 'exited' }), summary('c', { labels })]), false)
  t.equal(set.apply(event('start', 'db')), false)
  t.equal(set.apply(event('create', 'e', { name: 'e', labels })), false)
  set.doubt()
  t.strictSame(set.takeDue(99), ['web'])
  t.equal(set.apply(event('destroy', 'e')), false)
  t.strictSame(shown(), ['/web'])
})

t.test('a new name brings a container in or leaves it out at once', async t => {
  const filter = createFilter({ include: ['label:shown'], exclude: ['db*'] })
  const set = new ContainerSet({ filter })
  const labels = { shown: '', other: '' }
  set.replace([summary('web', { labels }), summary('db', { labels })])
  set.takeDue(99)
  t.equal(set.apply(event('rename', 'web', { name: 'db-1' })), true)
  t.equal(set.apply(event('rename', 'db', { name: 'web-1' })), true)
  t.match(set.values(), [{ id: 'db', names: ['/web-1'], labels: { shown: '' } }])
  t.equal(set.values().length, 1)
  t.strictSame(set.takeDue(99), ['db'])
  set.fill(details('db', { labels }))
  t.strictSame(set.values(), [], 'the inspection has the last word')
  set.replace([summary('web', { labels, names: ['/web'] })])
  t.match(set.values(), [{ id: 'web' }])
  t.strictSame(set.takeDue(99), ['web'])
})

t.test('takes in so many that no list has shown, and no more until there is a list', t => {
  const set = listed(summary('a'))
  const announce = () => Array.from({ length: 2000 }, (_, index) => set.apply(event('start', `new ${index}`)))
  t.equal(announce().filter(Boolean).length, 1000)
  t.equal(set.isOverrun, true)
  t.equal(set.values().length, 1001)
  t.equal(set.takeDue(9999).length, 1000)
  t.equal(set.apply(event('pause', 'a')), true, 'what is known moves on')
  t.equal(set.apply(event('destroy', 'new 1')), true)
  t.equal(set.apply(event('create', 'new 1')), false, 'what came and went counts too')
  set.expectList()
  t.equal(set.isOverrun, false)
  t.equal(set.apply(event('create', 'new 1')), false)
  set.replace([summary('a')])
  t.equal(set.isOverrun, true, 'the list that was under way may lack it')
  t.equal(set.apply(event('create', 'new 1')), true)
  t.end()
})
