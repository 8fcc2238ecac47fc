import t from 'tap'
import { ContainerSet } from '../../../lib/collector/container-set.ts'
import type { ContainerSummary, EngineEvent } from '../../../lib/engine/wire.ts'
import { monotonic } from '../../../lib/model/time.ts'
import { details, event, list, listed, summary, takeDue } from '../../support/container-set.ts'

t.test('containers that are new in a list are news, and due for inspection', async t => {
  const set = new ContainerSet()
  t.equal(list(set, [summary('a'), summary('b')]), true)
  t.strictSame(takeDue(set), ['a', 'b'])
  t.strictSame(takeDue(set), [], 'once')
  t.equal(list(set, [summary('a'), summary('b')]), false)
  t.equal(list(set, [summary('a')]), true, 'a missing container is news')
  t.strictSame(set.values().map(({ id }) => id), ['a'])
})

t.test('a change that an event has announced is not news', async t => {
  const set = listed(summary('a'))
  t.equal(set.apply(event('pause', 'a')), true)
  t.equal(list(set, [summary('a', { state: 'paused' })]), false)
  t.equal(set.apply(event('die', 'a')), true)
  t.equal(list(set, [summary('a', { state: 'restarting' })]), false, 'an event announced its end')
  t.strictSame(takeDue(set), ['a'])
})

t.test('different states, names and health in a list are news', async t => {
  const cases: [Partial<ContainerSummary>, boolean][] = [
    [{}, false],
    [{ state: 'exited' }, true],
    [{ names: ['/other'] }, true],
    [{ names: ['/x/alias', '/a'] }, false],
    [{ names: [] }, false],
    [{ health: 'healthy' }, false],
    [{ health: 'unhealthy' }, true],
    [{ health: 'starting' }, true],
    [{ health: null }, false],
    [{ networks: ['bridge', 'edge'] }, false]
  ]
  for (const [given, isNews] of cases) {
    const set = new ContainerSet()
    list(set, [summary('a', { health: 'healthy' })])
    takeDue(set)
    set.fill(details('a', { health: 'healthy' }), monotonic())
    t.equal(list(set, [summary('a', given)]), isNews, JSON.stringify(given))
    t.strictSame(takeDue(set), isNews ? ['a'] : [], JSON.stringify(given))
  }
})

t.test('a dead container that is listed without names keeps its known name', async t => {
  const set = listed(summary('a', { state: 'dead', names: [] }))
  t.match(set.values(), [{ names: ['/a'] }], 'from the inspection')
  t.equal(list(set, [summary('a', { names: [] })]), false, 'missing names are not news')
  t.match(set.values(), [{ names: ['/a'] }])
})

t.test('a list that shows another run is news, a later list of the same run is not', async t => {
  const minute = 60_000
  const hour = { least: 1800, below: 5400 }
  const cases = [
    [{ least: 120, below: 180 }, 0, { least: 120, below: 180 }, 30_000, false],
    [{ least: 120, below: 180 }, 0, { least: 120 + 60, below: 180 + 60 }, minute, false],
    [{ least: 120, below: 180 }, 0, { least: 3, below: 4 }, minute, true],
    [{ least: 120, below: 180 }, 0, { least: 120, below: 180 }, 10 * minute, true],
    [hour, 0, hour, 20 * minute, false],
    [{ least: 5, below: 6 }, 0, hour, 60 * minute, false],
    [{ least: 5, below: 6 }, 0, { least: 480, below: 540 }, 20 * minute, true],
    [null, 0, { least: 3, below: 4 }, minute, false]
  ] as const
  for (const [before, at, after, later, isNews] of cases) {
    const set = new ContainerSet()
    list(set, [summary('a', { uptime: before })], at)
    takeDue(set)
    t.equal(list(set, [summary('a', { uptime: after })], later), isNews, JSON.stringify([before, after, later]))
  }
  const set = new ContainerSet()
  list(set, [summary('a', { uptime: { least: 120, below: 180 } })], 0)
  takeDue(set)
  set.apply(event('start', 'a'))
  takeDue(set)
  t.equal(list(set, [summary('a', { uptime: { least: 3, below: 4 } })], minute), false, 'an event announced it')
})

t.test('a slow list, or one requested before a start, does not indicate another run', async t => {
  const set = new ContainerSet()
  const askedAt = monotonic()
  const uptime = { least: 5, below: 6 }
  set.replace({ summaries: [summary('a', { uptime })], askedAt, at: askedAt + 10_000 })
  takeDue(set)
  const soon = askedAt + 10_100
  t.equal(set.replace({
    summaries: [summary('a', { uptime: { least: 14, below: 15 } })], askedAt: soon, at: soon + 10
  }), false, 'the Engine may have made the first list when it was requested')
  const started = new ContainerSet()
  started.apply(event('start', 'a'))
  started.replace({ summaries: [summary('a', { uptime: { least: 300, below: 360 } })], askedAt, at: askedAt + 1000 })
  takeDue(started)
  t.equal(list(started, [summary('a', { uptime: { least: 1, below: 2 } })], 2000), false, 'an event announced it')
})

t.test('a list without changes keeps the same record', async t => {
  const set = listed(summary('a'))
  const [before] = set.values()
  list(set, [summary('a', { labels: { secret: 'kept out' } })])
  t.equal(set.values()[0], before)
  const others = [
    { state: 'paused' }, { names: ['/b'] }, { image: 'other' }, { networkMode: 'host' }, { networks: ['a'] }
  ]
  for (const given of others) {
    list(set, [summary('a', given)])
    t.match(set.values(), [given])
  }
})

t.test('a list without a network mode keeps the one from the inspection', async t => {
  const set = listed(summary('a', { networkMode: null }))
  list(set, [summary('a', { networkMode: null })])
  t.match(set.values(), [{ networkMode: 'bridge' }])
  list(set, [summary('b', { networkMode: null })])
  t.match(set.values(), [{ networkMode: null }])
})

t.test('events update containers', async t => {
  const set = listed(summary('a', { health: 'healthy' }))
  const steps: [string, Partial<EngineEvent>, object, boolean][] = [
    ['die', { exitCode: 137 }, { state: 'exited', exitCode: 137 }, true],
    ['die', {}, { state: 'exited', exitCode: 137 }, true],
    ['start', {}, { state: 'running', health: null }, true],
    ['pause', {}, { state: 'paused' }, false],
    ['unpause', {}, { state: 'running' }, false],
    ['oom', {}, { state: 'running', oomKilled: true, oomEvents: 1 }, false],
    ['health_status', { health: 'healthy' }, { health: 'healthy' }, false],
    ['health_status', {}, { health: 'healthy' }, true],
    ['rename', { name: 'b' }, { names: ['/b'] }, false],
    ['rename', {}, { names: ['/b'] }, true],
    ['update', {}, { state: 'running' }, true],
    ['connect', {}, { state: 'running' }, true],
    ['disconnect', {}, { state: 'running' }, true]
  ]
  for (const [action, given, expected, isDue] of steps) {
    t.equal(set.apply(event(action, 'a', given)), true, action)
    t.match(set.values(), [{ id: 'a', ...expected }], action)
    t.strictSame(takeDue(set), isDue ? ['a'] : [], `${action} ${isDue ? 'requires an' : 'needs no'} inspection`)
  }
  for (const action of ['exec_start', 'kill', 'constructor']) t.equal(set.apply(event(action, 'a')), false)
  t.equal(set.apply(event('destroy', 'a')), true)
  t.equal(set.apply(event('destroy', 'a')), false)
  t.strictSame(takeDue(set), [], 'removed containers are not inspected')
  t.equal(set.apply(event('connect', 'gone')), false, 'a network event does not add a container')
  t.equal(set.has('gone'), false)
})

t.test('an event without news changes nothing', async t => {
  const set = listed(summary('a'))
  set.fill(details('a', { health: 'healthy' }), monotonic())
  set.fill(details('a', { state: 'paused' }), monotonic())
  const known = [['pause', {}], ['health_status', { health: 'healthy' }], ['rename', { name: 'a' }]] as const
  for (const [action, given] of known) t.equal(set.apply(event(action, 'a', given)), false, action)
  t.strictSame(takeDue(set), [])
})

t.test('events add containers at the front', async t => {
  const set = listed(summary('a'))
  set.apply(event('create', 'b', { name: 'web', image: 'nginx' }))
  set.apply(event('rename', 'c'))
  t.match(set.values(), [
    { id: 'c', names: [], image: '', state: 'unknown', created: 2 },
    { id: 'b', names: ['/web'], image: 'nginx', state: 'created' },
    { id: 'a' }
  ])
  takeDue(set)
  set.fill(details('c', { image: 'redis' }), monotonic())
  t.match(set.values(), [{ id: 'c', image: 'redis', state: 'running' }])
  set.fill(details('gone'), monotonic())
  t.equal(set.values().length, 3)
})

t.test('a response requested before an event does not undo the event', async t => {
  const set = listed(summary('a'))
  const askedAt = monotonic()
  set.apply(event('pause', 'a'))
  set.apply(event('rename', 'a', { name: 'b' }))
  set.fill(details('a', { startedAt: '2026-11-23T05:42:02Z' }), askedAt)
  t.match(set.values(), [{ state: 'paused', names: ['/b'], startedAt: '2026-11-23T05:42:02Z' }])
  t.equal(set.replace({ summaries: [summary('a')], askedAt, at: monotonic() }), false)
  t.match(set.values(), [{ state: 'paused', names: ['/b'] }])
  set.fill(details('a', { state: 'exited' }), monotonic())
  t.match(set.values(), [{ state: 'exited', names: ['/a'] }])
})

t.test('an invalidated container is due until it is taken', async t => {
  const set = listed(summary('a'), summary('b'))
  t.strictSame(set.due(), [])
  for (const id of ['b', 'a', 'gone']) set.invalidate(id)
  t.strictSame(set.due(), ['b', 'a'], 'in order of invalidation, without unknown ones')
  set.take('b')
  t.strictSame(set.due(), ['a'])
})

t.test('ignores that Engines report paused containers as unhealthy', async t => {
  const set = listed(summary('a', { health: 'healthy' }))
  set.apply(event('pause', 'a'))
  set.fill(details('a', { state: 'paused', health: 'unhealthy' }), monotonic())
  set.apply(event('unpause', 'a'))
  t.not(set.values()[0]?.health, 'unhealthy')
})

t.test('keeps only labels that are read or configured', async t => {
  const labels = { 'com.docker.compose.project': 'edge', 'dockstat.icon': 'x.png', team: 'a', secret: 'b' }
  const { secret, ...kept } = labels
  const set = new ContainerSet({ labels: ['team', 'absent'] })
  list(set, [summary('a', { labels })])
  set.apply(event('start', 'b', { labels: { ...labels, exitCode: '0' } }))
  for (const { labels } of set.values()) t.strictSame(labels, kept)
  set.fill(details('a', { labels: { ...labels, more: 'c' } }), monotonic())
  t.strictSame(set.values().at(-1)?.labels, kept)
})

t.test('counts oom events', async t => {
  const set = listed(summary('a'))
  t.equal(set.values()[0]?.oomEvents, undefined)
  set.apply(event('oom', 'a'))
  set.apply(event('die', 'a'))
  set.apply(event('oom', 'a'))
  list(set, [summary('a')])
  t.equal(set.values()[0]?.oomEvents, 2)
})

t.test('accepts a limited number of containers from events until there is a list', t => {
  const set = listed(summary('a'))
  const announce = () => Array.from({ length: 2000 }, (_, index) => set.apply(event('start', `new ${index}`)))
  t.equal(announce().filter(Boolean).length, 1000)
  t.equal(set.isOverrun, true)
  t.equal(set.values().length, 1001)
  t.equal(takeDue(set).length, 1000)
  t.equal(set.apply(event('pause', 'a')), true, 'known containers are still updated')
  t.equal(set.apply(event('destroy', 'new 1')), true)
  t.equal(set.apply(event('create', 'new 1')), false, 'removed containers count too')
  set.expectList()
  t.equal(set.isOverrun, false)
  t.equal(set.apply(event('create', 'new 1')), false)
  list(set, [summary('a')])
  t.equal(set.isOverrun, true, 'the list in progress may lack it')
  t.equal(set.apply(event('create', 'new 1')), true)
  t.end()
})
