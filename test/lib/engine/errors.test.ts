import t from 'tap'
import { connectionError } from '../../../lib/engine/errors.ts'

t.test('whatever is thrown becomes an error of the catalogue with its cause', async t => {
  const cases = [
    [Object.assign(new Error('no'), { code: 'EACCES' }), 'ENGINE_PERMISSION'],
    [Object.assign(new Error('no'), { code: 'EHOSTUNREACH' }), 'ENGINE_UNREACHABLE'],
    [new DOMException('late', 'TimeoutError'), 'ENGINE_TIMEOUT'],
    ['a text', 'ENGINE_UNREACHABLE']
  ] as const
  for (const [cause, code] of cases) {
    t.match(connectionError('tcp://a:1', 'GET /x', cause), { code, cause, message: /^tcp:\/\/a:1: GET \/x: / })
  }
})
