import t from 'tap'
import { codeOf, EngineGone, messageOf } from '../../lib/errors.ts'

t.test('every error has a code and a message', async t => {
  const gone = new EngineGone('unix:///s', 'GET /x', 'no such')
  t.equal(codeOf(gone), 'ENGINE_GONE')
  t.equal(messageOf(gone), 'unix:///s: GET /x: no such container (no such)')
  for (const odd of [new Error('odd'), Object.assign(new Error('odd'), { code: 7 }), 'odd', null]) {
    t.equal(codeOf(odd), 'INTERNAL_SERVER_ERROR')
  }
  t.equal(messageOf('odd'), 'odd')
})
