import t from 'tap'
import { TestRule } from '../../../support/rules.ts'
import { containerSnapshot } from '../../../support/snapshots.ts'

const on = { 'container-gone': { after: 60 } }
const destroy = { action: 'destroy' } as const
const gone = { containers: [] }

t.test('tells about a removed container that nothing replaces', async t => {
  const rule = new TestRule({ on }).see().hear(destroy).at(59).see(gone)
  t.strictSame(rule.events(), [])
  rule.at(60).see(gone).see(gone)
  t.match(rule.messages, [{
    event: 'container-gone', title: 'web on nas was removed', detail: 'Nothing has replaced it within 60 seconds'
  }])
})

t.test('tells nothing if it is created again, as Compose does', async t => {
  const rule = new TestRule({ on }).see().hear(destroy).at(30)
  rule.see({ containers: [containerSnapshot({ id: 'bb' })] }).at(70).see(gone)
  t.strictSame(rule.events(), [])
})

t.test('waits until the host can be asked', async t => {
  const rule = new TestRule({ on }).see().hear(destroy).at(70).see({ up: false }).see({ isListed: false })
  t.strictSame(rule.events(), [])
  t.strictSame(rule.see().events(), ['container-gone'], 'a list that still has it is older')
})

t.test('forgets hosts that are removed', async t => {
  t.strictSame(new TestRule({ on }).see().hear(destroy).forget('nas').at(70).see(gone).events(), [])
})
