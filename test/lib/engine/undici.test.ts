import t from 'tap'
import * as undici from 'undici'
import { buildConnector, Client, errors, Pool, request } from '../../../lib/engine/undici.ts'

t.test('the parts of undici are those that the whole has', async t => {
  t.strictSame([Client, Pool, buildConnector, errors], [
    undici.Client, undici.Pool, undici.buildConnector, undici.errors
  ])
  t.equal(request, undici.Dispatcher.prototype.request)
})
