import t from 'tap'
import { kept } from '../../lib/kept.ts'

t.test('makes one thing of each object, also where that is nothing', async t => {
  let makes = 0
  const count = kept(({ length }: object[]) => {
    makes++
    return length === 0 ? undefined : makes
  })
  const [one, none]: object[][] = [[{}], []]
  if (!one || !none) throw new Error('never')
  t.strictSame([count(one), count(none), count(one), count(none), count([{}])], [1, undefined, 1, undefined, 3])
})
