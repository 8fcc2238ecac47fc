import t from 'tap'
import { AT } from '../../../support/messages.ts'
import { TestRule } from '../../../support/rules.ts'

const DAY = 86_400_000
const on = { 'certificate-expiring': { days: 14 } }
const expiring = (days: number) => ({ certificateExpiresAt: new Date(AT + days * DAY).toISOString() })

t.test('tells once about each certificate that expires soon', async t => {
  const rule = new TestRule({ on, url: 'alertmanager://a' }).see().see(expiring(15))
  t.strictSame(rule.events(), [])
  rule.see(expiring(13)).see(expiring(13))
  t.match(rule.messages, [{
    event: 'certificate-expiring', host: 'nas', container: null, detail: 'It expires on 2026-12-11. Renew it'
  }])
  rule.events()
  t.strictSame(new TestRule({ on }, rule.memory).see(expiring(13)).events(), [], 'after a restart')
  t.strictSame(rule.see(expiring(5)).events(), ['certificate-expiring ended', 'certificate-expiring'])
  t.strictSame(rule.see(expiring(90)).events(), ['certificate-expiring ended'])
  rule.see(expiring(-1))
  t.match(rule.messages, [{ detail: 'It expired on 2026-11-27. Renew it' }])
  t.strictSame(rule.forget('nas').events(), ['certificate-expiring', 'certificate-expiring ended'])
})
