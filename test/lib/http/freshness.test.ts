import t from 'tap'
import type { HostSnapshot } from '../../../lib/model/snapshot.ts'
import { monotonic } from '../../../lib/model/time.ts'
import { freshnessHeaders, freshnessOf } from '../../../lib/http/freshness.ts'
import { hostSnapshot } from '../../support/snapshots.ts'

const one = hostSnapshot({ host: 'one', version: 7, at: Date.UTC(2026, 0, 2, 3, 4, 5) })
const two = hostSnapshot({ host: 'two', version: 9, at: Date.UTC(2026, 0, 2, 3, 4, 9) })

t.test('the tag is that of the snapshots, of their hosts and of the run', async t => {
  const tag = (snapshots: HostSnapshot[], run = 'run') => freshnessOf(snapshots, run).etag
  t.match(tag([one, two]), /^"[\w-]{27}"$/, 'strong')
  t.equal(tag([one, two]), tag([one, two]))
  const others = [
    tag([one]), tag([two]), tag([]), tag([one, two], 'other'), tag([one, { ...two, version: 10 }]),
    tag([{ ...one, host: 'three' }, two])
  ]
  t.equal(new Set([...others, tag([one, two])]).size, 7)
})

t.test('the newest snapshot dates the answer', async t => {
  t.equal(freshnessOf([one, two], '').lastModified, 'Fri, 02 Jan 2026 03:04:09 GMT')
})

t.test('the age is that of the oldest poll of a host that is up', async t => {
  const ago = (seconds: number, up = true) =>
    hostSnapshot({ up, lastSeenMonotonic: monotonic() - seconds * 1000 - 500 })
  const age = (snapshots: HostSnapshot[]) => freshnessHeaders(freshnessOf(snapshots, '')).age
  t.equal(age([ago(3), ago(8), ago(99, false), one]), 8)
  t.equal(age([one]), 0)
})
