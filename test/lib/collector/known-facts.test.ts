import t from 'tap'
import { ContainerSet } from '../../../lib/collector/container-set.ts'
import { monotonic } from '../../../lib/model/time.ts'
import { details, event, list, listed, summary } from '../../support/container-set.ts'

t.test('the image is the reference that the container was created from', async t => {
  const id = `sha256:${'ab'.repeat(32)}`
  const set = listed(summary('a', { image: 'nginx:1.27' }))
  list(set, [summary('a', { image: id })])
  t.match(set.values(), [{ image: 'nginx:1.27' }], 'from the earlier list')
  const moved = new ContainerSet()
  list(moved, [summary('a', { image: id })])
  t.match(moved.values(), [{ image: id }], 'only the ID is known')
  moved.fill(details('a', { image: 'nginx:1.27' }), monotonic())
  t.match(moved.values(), [{ image: 'nginx:1.27' }])
  list(moved, [summary('a', { image: id })])
  t.match(moved.values(), [{ image: 'nginx:1.27' }])
})

t.test('keeps known facts that an inspection or a list omits', async t => {
  const set = listed(summary('a', { networks: ['n1'] }))
  set.fill(details('a', { names: [], image: '', networks: null }), monotonic())
  t.match(set.values(), [{ names: ['/a'], image: 'img', networks: ['n1'] }])
  list(set, [summary('a', { image: `sha256:${'0'.repeat(64)}` })])
  t.match(set.values(), [{ image: 'img' }])
  const unnamed = new ContainerSet()
  unnamed.apply(event('start', 'b'))
  unnamed.fill(details('b', { names: [], image: '' }), monotonic())
  t.match(unnamed.values(), [{ names: [], image: '' }])
  const uptime = { least: 60, below: 120 }
  const timed = new ContainerSet()
  list(timed, [summary('c', { uptime })], 0)
  const [before] = timed.values()
  list(timed, [summary('c')], 1000)
  t.equal(timed.values()[0], before, 'a list without uptime')
})
