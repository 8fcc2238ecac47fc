import t from 'tap'
import * as undici from 'undici'
import request from 'undici/lib/api/api-request.js'
import connect from 'undici/lib/core/connect.js'
import errors from 'undici/lib/core/errors.js'
import Pool from 'undici/lib/dispatcher/pool.js'

t.test('the parts of undici are those that the whole has', async t => {
  t.strictSame([Pool, connect, errors], [undici.Pool, undici.buildConnector, undici.errors])
  t.equal(request, undici.Dispatcher.prototype.request)
})
