import { getEventListeners } from 'node:events'
import t from 'tap'
import { withDeadline } from '../../../lib/engine/deadline.ts'

const never = (signal: AbortSignal) => new Promise((_resolve, reject) => {
  signal.addEventListener('abort', () => reject(signal.reason))
})

t.test('aborts with a TimeoutError after the timeout', async t => {
  await t.rejects(withDeadline(10, undefined, never), { name: 'TimeoutError' })
})

t.test('follows the outer signal, even if it has already fired', async t => {
  const outer = new AbortController()
  const running = withDeadline(60_000, outer.signal, never)
  outer.abort(new Error('stopped'))
  await t.rejects(running, { message: 'stopped' })
  await t.rejects(withDeadline(60_000, outer.signal, async signal => signal.throwIfAborted()), { message: 'stopped' })
})

t.test('removes its timer and listener', async t => {
  const outer = new AbortController()
  const timers = () => process.getActiveResourcesInfo().filter(resource => resource === 'Timeout').length
  const before = timers()
  t.equal(await withDeadline(60_000, outer.signal, async () => 7), 7)
  t.equal(timers(), before)
  t.equal(getEventListeners(outer.signal, 'abort').length, 0)
})
