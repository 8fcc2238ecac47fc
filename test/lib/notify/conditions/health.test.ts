import t from 'tap'
import { AT } from '../../../support/messages.ts'
import { TestRule } from '../../../support/rules.ts'
import { containerSnapshot } from '../../../support/snapshots.ts'

const on = { unhealthy: {}, healthy: {} }
const unhealthy = { action: 'health', health: 'unhealthy' } as const
const healthy = { action: 'health', health: 'healthy', at: AT + 1000 } as const
const web = (health: string | null, id = 'c0ffee') => ({ containers: [containerSnapshot({ id, health })] })

t.test('tells about an unhealthy container, and when it is healthy again', async t => {
  const rule = new TestRule({ on }).see()
  t.strictSame(rule.hear(healthy).events(), [], 'it was never unhealthy')
  t.strictSame(rule.hear(unhealthy).hear(unhealthy).see(web('unhealthy')).events(), ['unhealthy'])
  t.strictSame(rule.see(web('healthy')).events(), [], 'its state may be older than what happened')
  rule.hear(healthy)
  t.match(rule.messages, [{ event: 'healthy', ends: { event: 'unhealthy', at: AT } }])
  t.equal(rule.memory.problems.size, 0)
})

t.test('tells nothing again if events are replayed', async t => {
  const again = { ...unhealthy, at: AT + 2000 }
  const rule = new TestRule({ on }).see().hear(unhealthy, healthy, again).hear(unhealthy, healthy, again)
  t.strictSame(rule.events(), ['unhealthy', 'healthy', 'unhealthy'])
  t.strictSame(rule.hear({ ...healthy, at: AT + 3000 }).events(), ['healthy'])
  t.strictSame(rule.hear(unhealthy, again).events(), [])
})

t.test('tells about neither if they follow each other at the first snapshot', async t => {
  t.strictSame(new TestRule({ on }).hear(unhealthy).see(web('unhealthy')).events(), [])
})

t.test('tells only what the rule listens to', async t => {
  t.strictSame(new TestRule({ on: { unhealthy: {} } }).see().hear(unhealthy).hear(healthy).events(), ['unhealthy'])
  t.strictSame(new TestRule({ on: { healthy: {} } }).see().hear(unhealthy).hear(healthy).events(), ['healthy'])
})

t.test('remembers it during a restart of the service', async t => {
  const { memory } = new TestRule({ on }).see().hear(unhealthy)
  const rule = new TestRule({ on }, memory).see({ up: null, isListed: false, containers: [] }).see(web(null))
  t.strictSame(rule.see(web('starting')).events(), [])
  t.strictSame(rule.see(web('healthy')).events(), ['healthy'])
})

t.test('tells nothing again if the container is still unhealthy after a restart', async t => {
  const { memory } = new TestRule({ on }).see().hear(unhealthy)
  const rule = new TestRule({ on }, memory).see(web('unhealthy')).see(web('healthy')).hear(unhealthy)
  t.strictSame(rule.events(), [])
  t.strictSame(rule.hear(healthy).events(), ['healthy'])
})

t.test('tells when a container that replaces an unhealthy one is healthy', async t => {
  const rule = new TestRule({ on }).see().hear(unhealthy).see(web('starting', 'bb'))
  const container = { id: 'bb', name: 'web', image: 'nginx' }
  t.strictSame(rule.events(), ['unhealthy'])
  t.strictSame(rule.hear({ ...healthy, container }).events(), ['healthy'])
})

t.test('resolves it if the container is removed, for targets that track problems', async t => {
  const rule = new TestRule({ on, url: 'alertmanager://a' }).see().hear(unhealthy)
  t.strictSame(rule.see({ containers: [], isListed: false }).events(), ['unhealthy'])
  t.strictSame(rule.see({ containers: [] }).events(), ['unhealthy ended'])
  const quiet = new TestRule({ on }).see().hear(unhealthy).see({ containers: [] })
  t.strictSame([quiet.events(), quiet.memory.problems.size], [['unhealthy'], 0])
})

t.test('resolves it if the host is removed', async t => {
  const rule = new TestRule({ on, url: 'alertmanager://a' }).see().hear(unhealthy).forget('other')
  t.strictSame(rule.events(), ['unhealthy'])
  t.strictSame(rule.forget('nas').events(), ['unhealthy ended'])
})
