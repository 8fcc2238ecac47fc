import t from 'tap'
import { corsHeaders, originOfAll } from '../../../lib/http/cors.ts'

const configured = ['https://a.example', 'https://*.b.example']

const exposed = { 'access-control-expose-headers': 'ETag, Age' }

t.test('only pages on allowed origins can read a response', async t => {
  t.strictSame(corsHeaders('*')(undefined), { 'access-control-allow-origin': '*', ...exposed })
  const headersFor = corsHeaders(configured)
  for (const origin of ['https://a.example', 'https://x.y.b.example']) {
    t.strictSame(headersFor(origin), { vary: 'Origin', 'access-control-allow-origin': origin, ...exposed })
  }
  for (const origin of [undefined, 'https://b.example', 'https://c.example']) {
    t.strictSame(headersFor(origin), { vary: 'Origin' })
  }
})

t.test('the allowed origin is known without a request if it is the same for all', async t => {
  t.equal(originOfAll(['https://a.example', '*']), '*')
  t.equal(originOfAll(configured), null)
})
