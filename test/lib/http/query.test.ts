import t from 'tap'
import { parseQuery } from '../../../lib/http/query.ts'

t.test('accepts both list syntaxes', async t => {
  const cases: [string, object][] = [
    ['', {}],
    ['host=a', { host: 'a' }],
    ['host=a&host=b', { host: ['a', 'b'] }],
    ['host[]=a', { host: 'a' }],
    ['host%5B%5D=a&host%5B%5D=b', { host: ['a', 'b'] }],
    ['host=a&host[]=b', { host: ['a', 'b'] }],
    ['host', { host: '' }],
    ['constructor=1&toString=2', { constructor: '1', toString: '2' }]
  ]
  for (const [text, query] of cases) t.strictSame({ ...parseQuery(text) }, query, text)
})
