import t from 'tap'
import { corsHeaders, originOfAll } from '../../../lib/http/cors.ts'

const configured = ['https://a.example', 'https://*.b.example']

t.test('an answer that no plugin has passed can be read by the pages that may', async t => {
  t.strictSame(corsHeaders(undefined, '*'), { 'access-control-allow-origin': '*' })
  for (const origin of ['https://a.example', 'https://x.y.b.example']) {
    t.strictSame(corsHeaders(origin, configured), { vary: 'Origin', 'access-control-allow-origin': origin })
  }
  for (const origin of [undefined, 'https://b.example', 'https://c.example']) {
    t.strictSame(corsHeaders(origin, configured), { vary: 'Origin' })
  }
})

t.test('where it does not depend on who asks it is known without a request', async t => {
  t.equal(originOfAll(['https://a.example', '*']), '*')
  t.equal(originOfAll(configured), null)
})
