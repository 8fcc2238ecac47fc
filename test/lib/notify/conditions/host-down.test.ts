import t from 'tap'
import { AT } from '../../../support/messages.ts'
import { TestRule } from '../../../support/rules.ts'

const on = { 'host-down': { after: 60 }, 'host-up': {} }
const down = { up: false, error: { code: 'ENGINE_REFUSED', message: 'secret address' } }

t.test('tells about a host that stays down, and when it is up again', async t => {
  const rule = new TestRule({ on }).see().at(10).see(down).at(69).tick().see(down)
  t.strictSame(rule.events(), [])
  rule.at(70).tick().tick().see(down)
  t.match(rule.messages, [{
    event: 'host-down', at: AT + 10_000, container: null, title: 'Host nas is down', detail: 'ENGINE_REFUSED'
  }])
  t.notMatch(JSON.stringify(rule.messages), 'secret address')
  rule.events()
  rule.at(80).see()
  t.match(rule.messages, [{ event: 'host-up', ends: { event: 'host-down', at: AT + 10_000 } }])
  rule.events()
  t.strictSame(rule.at(90).see().events(), [])
})

t.test('tells nothing about a host that is back in time', async t => {
  const rule = new TestRule({ on }).see().at(1).see(down).at(50).see().at(70).tick().see(down).at(120).see(down)
  t.strictSame(rule.events(), [])
})

t.test('counts from the first failed poll if the host is down at startup', async t => {
  const rule = new TestRule({ on }).see({ up: null }).at(2).see({ up: false }).at(61).see(down)
  t.strictSame(rule.events(), [])
  t.strictSame(rule.at(62).see(down).events(), ['host-down'])
})

t.test('remembers it during a restart of the service', async t => {
  const { memory } = new TestRule({ on }).see(down).at(60).tick()
  const rule = new TestRule({ on }, memory).see(down).at(100).tick().see(down)
  t.strictSame(rule.events(), [])
  t.strictSame(rule.see().events(), ['host-up'])
})

t.test('tells a rule that listens to one of the two', async t => {
  t.strictSame(new TestRule({ on: { 'host-up': {} } }).see().see(down).see().events(), ['host-up'])
  const rule = new TestRule({ on: { 'host-down': { after: 0 } } }).see().see(down).see().see(down)
  t.strictSame(rule.events(), ['host-down', 'host-down'])
  t.strictSame(rule.forget('nas').tick().events(), [])
})
