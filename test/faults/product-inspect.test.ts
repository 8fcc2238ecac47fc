import t from 'tap'
import { withstandAll } from './product.ts'

t.test('a failing call affects nothing else on its host', async t => {
  await withstandAll(t, ['inspect'])
})
