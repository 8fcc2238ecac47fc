import t from 'tap'
import { Recent } from '../../../lib/model/recent.ts'

const of = (name: string, id: number) => ({ id, container: { id: name, name, image: '' } })
const ids = (recent: Recent<{ id: number, container: ReturnType<typeof of>['container'] | null }>) =>
  recent.list.map(({ id }) => id)

t.test('A container that restarts all the time pushes out only its own transitions', async t => {
  const recent = new Recent<{ id: number, container: ReturnType<typeof of>['container'] | null }>(5)
  recent.add({ id: 1, container: null })
  recent.add(of('quiet', 2))
  for (let id = 3; id < 1000; id++) recent.add(of('loop', id))
  t.strictSame(ids(recent), [1, 2, 997, 998, 999])
  recent.add(of('another', 1000))
  t.strictSame(ids(recent), [1, 2, 998, 999, 1000])
})

t.test('Containers with as many transitions lose the oldest first', async t => {
  const recent = new Recent<ReturnType<typeof of>>(2)
  for (const [id, name] of ['a', 'b', 'c'].entries()) recent.add(of(name, id))
  t.strictSame(recent.list.map(({ id }) => id), [1, 2])
  t.strictSame(recent.take().map(({ id }) => id), [1, 2])
  t.strictSame(recent.list, [], 'taken')
})
