import t from 'tap'
import { ContainerSet } from '../../../lib/collector/container-set.ts'
import { createFilter } from '../../../lib/collector/filter.ts'
import { monotonic } from '../../../lib/model/time.ts'
import { details, event, list, summary, takeDue } from '../../support/container-set.ts'

t.test('if the filter reads images, hides a container whose tag has moved until it is inspected', async t => {
  const id = `sha256:${'ab'.repeat(32)}`
  for (const [lists, isShown] of [
    [{ include: [], exclude: ['image:nginx:*'] }, false], [{ include: ['image:nginx:*'], exclude: [] }, true]
  ] as const) {
    const set = new ContainerSet({ filter: createFilter(lists) })
    list(set, [summary('a', { image: id })])
    t.strictSame(set.values(), [])
    t.strictSame(takeDue(set), ['a'], 'is inspected although hidden')
    set.fill(details('a', { image: 'nginx:1.27' }), monotonic())
    t.equal(set.values().length, isShown ? 1 : 0)
    list(set, [summary('a', { image: id })])
    t.equal(set.values().length, isShown ? 1 : 0)
    t.strictSame(takeDue(set), [])
  }
  const refused = new ContainerSet({ filter: createFilter({ include: [], exclude: ['image:nginx:*'] }) })
  list(refused, [summary('a', { image: id })])
  refused.leave('a', 1)
  refused.leave('gone', 1)
  t.match(refused.values(), [{ id: 'a', image: id }], 'is shown with its ID if it cannot be inspected')
})

t.test('hidden containers are not shown, not inspected and not news', async t => {
  const set = new ContainerSet({ filter: createFilter({ include: [], exclude: ['db*', 'label:secret=a*'] }) })
  const labels = { secret: 'ab' }
  list(set, [summary('web'), summary('db'), summary('c', { labels })])
  const shown = () => set.values().map(({ names: [name] }) => name)
  t.strictSame(shown(), ['/web'])
  t.strictSame(takeDue(set), ['web'])
  t.equal(list(set, [summary('web'), summary('db', { state: 'exited' }), summary('c', { labels })]), false)
  t.equal(set.apply(event('start', 'db')), false)
  t.equal(set.apply(event('create', 'e', { name: 'e', labels })), false)
  for (const id of ['web', 'db']) set.invalidate(id)
  t.strictSame(takeDue(set), ['web'])
  t.equal(set.apply(event('destroy', 'e')), false)
  t.strictSame(shown(), ['/web'])
})

t.test('a rename shows or hides a container at once', async t => {
  const filter = createFilter({ include: ['label:shown'], exclude: ['db*'] })
  const set = new ContainerSet({ filter })
  const labels = { shown: '', other: '' }
  list(set, [summary('web', { labels }), summary('db', { labels })])
  takeDue(set)
  t.equal(set.apply(event('rename', 'web', { name: 'db-1' })), true)
  t.equal(set.apply(event('rename', 'db', { name: 'web-1' })), true)
  t.match(set.values(), [{ id: 'db', names: ['/web-1'], labels: { shown: '' } }])
  t.equal(set.values().length, 1)
  t.strictSame(takeDue(set), ['db'])
  set.fill(details('db', { labels }), monotonic())
  t.strictSame(set.values(), [], 'the inspection overrides the event')
  list(set, [summary('web', { labels, names: ['/web'] })])
  t.match(set.values(), [{ id: 'web' }])
  t.strictSame(takeDue(set), ['web'])
})
