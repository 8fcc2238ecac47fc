import t from 'tap'
import { withstandAll } from './product.ts'

t.test('each way in which single calls go wrong leaves the rest of the host as it is', async t => {
  await withstandAll(t, ['stats', 'all stats'])
})
