import t from 'tap'
import type { HostSnapshot } from '../../../lib/model/snapshot.ts'
import { monotonic } from '../../../lib/model/time.ts'
import { Freshness } from '../../../lib/http/freshness.ts'
import { hostSnapshot } from '../../support/snapshots.ts'

const one = hostSnapshot({ host: 'one', version: 7, at: Date.UTC(2026, 0, 2, 3, 4, 5) })
const two = hostSnapshot({ host: 'two', version: 9, at: Date.UTC(2026, 0, 2, 3, 4, 9) })

t.test('the ETag depends on the snapshots, their epoch and the form', async t => {
  const tag = (snapshots: HostSnapshot[], form = 'json-gzip') => new Freshness(snapshots).headers(form).etag
  t.match(tag([one, two]), /^"[\w-]{27}-json-gzip"$/, 'strong')
  t.equal(tag([one, two]), tag([one, two]))
  const others = [
    tag([one]), tag([two]), tag([]), tag([two, one]), tag([one, two], 'json-br'), tag([one, { ...two, version: 10 }]),
    tag([one, { ...two, epoch: 'second' }])
  ]
  t.equal(new Set([...others, tag([one, two])]).size, 8)
})

t.test('Last-Modified is the time of the newest snapshot', async t => {
  t.equal(new Freshness([one, two]).headers('')['last-modified'], 'Fri, 02 Jan 2026 03:04:09 GMT')
})

t.test('Age is that of the oldest poll among the hosts that are up', async t => {
  const ago = (seconds: number, up = true) =>
    hostSnapshot({ up, lastSeenMonotonic: monotonic() - seconds * 1000 - 500 })
  const age = (snapshots: HostSnapshot[]) => new Freshness(snapshots).age
  t.equal(age([ago(3), ago(8), ago(99, false), one]), 8)
  t.equal(age([one]), 0)
})
