import t from 'tap'
import { AT } from '../../../support/messages.ts'
import { TestRule } from '../../../support/rules.ts'

const on = { 'restart-loop': { count: 3, minutes: 5 } }
const restart = (seconds: number) =>
  [{ action: 'die', at: AT + seconds * 1000 }, { action: 'start', at: AT + seconds * 1000 + 100 }] as const

t.test('tells about some restarts in some minutes, then counts again', async t => {
  const rule = new TestRule({ on }).see().hear(...restart(0), ...restart(10))
  t.strictSame(rule.events(), [])
  rule.hear(...restart(20))
  t.match(rule.messages, [{ event: 'restart-loop', detail: '3 restarts in 5 minutes' }])
  rule.events()
  t.strictSame(rule.hear(...restart(30), ...restart(40)).events(), [])
  t.strictSame(rule.hear(...restart(50)).events(), ['restart-loop'])
})

t.test('does not count slow restarts, first starts, or the same restart twice', async t => {
  const rule = new TestRule({ on }).see().hear({ action: 'start', at: AT - 1000 })
  t.strictSame(rule.hear(...restart(0), ...restart(200), ...restart(400), ...restart(600)).events(), [])
  t.strictSame(rule.hear(...restart(600), ...restart(600)).events(), [])
  t.strictSame(rule.hear(...restart(610)).events(), ['restart-loop'])
})

t.test('forgets removed containers and hosts', async t => {
  const rule = new TestRule({ on }).see().hear(...restart(0), ...restart(10)).see({ containers: [] })
  t.strictSame(rule.hear({ action: 'start', at: AT + 20_000 }).events(), [])
  rule.hear(...restart(30), ...restart(40)).forget('nas')
  t.strictSame(rule.hear(...restart(50), ...restart(60)).events(), [])
})
