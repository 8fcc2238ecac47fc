import t from 'tap'
import * as undici from 'undici'
import { buildConnector, Client, errors, Pool, request } from '../../../lib/engine/undici.ts'

t.test('exports the same objects as the main module of undici', async t => {
  t.strictSame([Client, Pool, buildConnector, errors], [
    undici.Client, undici.Pool, undici.buildConnector, undici.errors
  ])
  t.equal(request, undici.Dispatcher.prototype.request)
})
