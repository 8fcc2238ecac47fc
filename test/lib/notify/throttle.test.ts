import t from 'tap'
import { AT } from '../../support/messages.ts'
import { TestRule } from '../../support/rules.ts'

const on = { die: { except: [] }, oom: {}, unhealthy: {}, healthy: {} }
const throttle = 300
const die = (seconds: number) => ({ exitCode: 1, at: AT + seconds * 1000 })
const health = (health: string, seconds: number) => ({ action: 'health', health, at: AT + seconds * 1000 } as const)

t.test('holds messages back, and then tells how many', async t => {
  const rule = new TestRule({ on, throttle }).see().hear(die(0))
  for (const seconds of [10, 20, 30]) rule.at(seconds).hear(die(seconds))
  rule.at(299).tick()
  t.match(rule.messages, { length: 1, 0: { event: 'die', held: 0 } })
  rule.events()
  rule.at(300).tick()
  t.match(rule.messages, [{ event: 'die', at: AT + 30_000, held: 2 }])
  t.equal(rule.held, 2)
  t.match(rule.messages[0]?.text, /\nAnd 2 more in the last 5 minutes \(die: 2\)$/)
  rule.events()
  rule.at(310).hear(die(310)).at(599).tick()
  t.strictSame(rule.events(), [], 'that was a message too')
  t.strictSame(rule.at(600).tick().events(), ['die'])
  t.strictSame(rule.at(900).tick().at(901).hear(die(901)).events(), ['die'], 'it was quiet')
})

t.test('tells the most important of what it held back', async t => {
  const rule = new TestRule({ on, throttle: 60 }).see()
  rule.hear(die(0), die(1), { action: 'oom', at: AT + 20_000 }, die(3)).at(60).tick()
  t.match(rule.messages,
    [{ event: 'die' }, { event: 'oom', held: 2, text: /And 2 more in the last minute \(die: 2\)/ }])
})

t.test('is about each container, and about hosts, on its own', async t => {
  const rule = new TestRule({ on: { ...on, 'host-down': { after: 0 } }, throttle }).see()
  rule.hear(die(0), { ...die(0), container: { id: 'bb', name: 'db', image: '' } }).see({ up: false })
  t.strictSame(rule.events(), ['die', 'die', 'host-down'])
})

t.test('tells at once that a problem is over, but only if it was told', async t => {
  const rule = new TestRule({ on, throttle }).see().hear(health('unhealthy', 0), health('healthy', 10))
  t.strictSame(rule.events(), ['unhealthy', 'healthy'])
  rule.hear(health('unhealthy', 20), health('healthy', 30), health('unhealthy', 40), health('healthy', 50))
  t.strictSame(rule.at(300).tick().events(), [], 'it is over')
  t.equal(rule.held, 2)
  rule.hear(health('unhealthy', 300)).at(301).hear(health('unhealthy', 301), die(301)).hear(health('healthy', 302))
  t.strictSame(rule.events(), ['unhealthy', 'healthy'])
  t.strictSame(rule.at(600).tick().events(), ['die'])
})

t.test('tells later about a problem that lasts, and then that it is over', async t => {
  const rule = new TestRule({ on, throttle }).see().hear(die(0), health('unhealthy', 1), die(2))
  t.strictSame(rule.events(), ['die'])
  rule.at(300).tick()
  t.match(rule.messages, [{ event: 'unhealthy', held: 1 }])
  rule.events()
  t.strictSame(rule.at(310).hear(health('healthy', 310)).events(), ['healthy'])
})

t.test('can hold back a problem that another one then replaces', async t => {
  const rule = new TestRule({ on, throttle }).see()
  rule.hear(die(0), health('unhealthy', 1), { action: 'oom', at: AT + 20_000 }, health('healthy', 30))
  t.strictSame(rule.at(300).tick().events(), ['die', 'oom'])
})

t.test('counts what is too much to keep', async t => {
  const rule = new TestRule({ on, throttle }).see().hear({ action: 'oom' }, { action: 'oom', at: AT + 20_000 })
  for (let index = 0; index < 50; index++) rule.hear(die(60 + index))
  t.equal(rule.held, 31)
  rule.at(300).tick()
  t.match(rule.messages, [{ event: 'oom' }, { event: 'oom', held: 50 }])
})
