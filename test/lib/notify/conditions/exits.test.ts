import t from 'tap'
import { AT } from '../../../support/messages.ts'
import { TestRule } from '../../../support/rules.ts'

const die = { except: [130, 143] }
const other = { id: 'bb', name: 'db', image: '' }

t.test('tells about exit codes that are failures', async t => {
  const rule = new TestRule({ on: { die } }).see()
  rule.hear({ exitCode: 3 })
  t.match(rule.messages, [{ event: 'die', exitCode: 3, at: AT, title: 'web on nas exited with code 3' }])
  rule.events()
  for (const [index, exitCode] of [0, 130, 143, null].entries()) rule.hear({ exitCode, at: AT + 1 + index })
  t.strictSame(rule.events(), [], 'success, docker stop, and unknown')
  new TestRule({ on: { die: { except: [3] } } }).see().hear({ exitCode: 3 })
  t.strictSame(rule.events(), [])
})

t.test('is silent at the first snapshot of each collector', async t => {
  const rule = new TestRule({ on: { die } }).hear({ exitCode: 3 })
  rule.see({ epoch: 'second' })
  t.strictSame(rule.events(), [])
  rule.see({ epoch: 'third', transitions: [] }).hear()
  t.strictSame(rule.events(), [])
})

t.test('tells once about what is reported twice, also after a restart', async t => {
  const rule = new TestRule({ on: { die } }).see().hear({ exitCode: 3, id: 1 }).hear({ exitCode: 3, id: 2 })
  t.strictSame(rule.events(), ['die'])
  const restarted = new TestRule({ on: { die } }, rule.memory).see().hear({ exitCode: 3 })
  t.strictSame(restarted.events(), [])
  restarted.hear({ exitCode: 3, at: AT + 1 })
  t.strictSame(restarted.events(), ['die'])
})

t.test('tells once about a kill for lack of memory', async t => {
  const rule = new TestRule({ on: { die, oom: {} } }).see()
  rule.hear({ action: 'oom' }, { exitCode: 137, at: AT + 20 })
  t.match(rule.messages, [{ event: 'oom', title: 'web on nas ran out of memory' }])
  rule.events()
  rule.hear({ exitCode: 137, at: AT + 60_000 }).hear({ action: 'oom', at: AT + 60_010 })
  t.match(rule.messages, [{ event: 'die', detail: 'It was killed with SIGKILL' }])
  rule.events()
  rule.hear({ action: 'oom', at: AT + 90_000 }).hear({ action: 'oom', at: AT + 90_010 })
  t.strictSame(rule.events(), ['oom', 'oom'], 'two processes of a container that keeps running')
  rule.hear({ action: 'oom', container: other }, { exitCode: 137, container: other, at: AT + 20_000 })
  t.strictSame(rule.events(), ['oom', 'die'], 'later')
})

t.test('tells only about events, hosts and containers of the rule', async t => {
  t.strictSame(new TestRule({ on: { oom: {} } }).see().hear({ exitCode: 3 }, { action: 'start' }).events(), [])
  t.strictSame(new TestRule({ on: { die } }).see().hear({ action: 'oom' }).events(), [])
  const rule = new TestRule({ on: { die }, hosts: ['nas', 'x'], containers: ['d*', 'x'] }).see()
  t.strictSame(rule.hear({ exitCode: 3 }, { exitCode: 1, container: other }, { container: null }).events(), ['die'])
  t.strictSame(new TestRule({ on: { die }, hosts: ['x*'] }).see().hear({ exitCode: 3 }).events(), [])
})
