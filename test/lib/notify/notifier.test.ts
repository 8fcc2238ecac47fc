import { join } from 'node:path'
import t, { type Test } from 'tap'
import type { NotifyRule } from '../../../lib/config/notify.ts'
import { Notifier } from '../../../lib/notify/notifier.ts'
import { AT } from '../../support/messages.ts'
import { folder } from '../../support/folder.ts'
import { startReceiver, type Receiver } from '../../support/receiver.ts'
import { ruleConfig, transition } from '../../support/rules.ts'
import { containerSnapshot, hostSnapshot } from '../../support/snapshots.ts'
import { until } from '../../support/until.ts'

const die = { except: [] }

/** Starts a notifier whose clock stands still. */
async function start (t: Test, file: string, rules: NotifyRule[], isTold = () => true) {
  const log = { info () {}, warn () {} }
  const clock = { wall: AT, monotonic: 0 }
  const notifier = new Notifier({ file, log, isTold, now: () => clock, backOff: { retries: 0 } })
  t.teardown(() => notifier.close())
  await notifier.start()
  notifier.apply(rules)
  let previous = hostSnapshot({ up: true })
  notifier.see(previous, null)
  return {
    notifier,
    clock,
    /** The next snapshot, with a container that exits at a time in seconds. */
    exit (seconds: number) {
      const transitions = [transition({ exitCode: 1, at: AT + seconds * 1000 })]
      const next = hostSnapshot({ up: true, containers: [containerSnapshot()], transitions })
      notifier.see(next, previous)
      previous = next
    },
    see (given: Parameters<typeof hostSnapshot>[0]) {
      notifier.see(hostSnapshot(given), previous)
    }
  }
}

const ruleTo = ({ port }: Receiver, given: Partial<NotifyRule> = {}) =>
  ruleConfig({ url: `http://127.0.0.1:${port}/`, on: { die }, ...given })
const texts = ({ received }: Receiver) => received.map(({ body }) => JSON.parse(body).data.text)

t.test('tells each rule what it listens to', async t => {
  const receiver = await startReceiver(t)
  const other = await startReceiver(t)
  const { notifier, exit } = await start(t, join(folder(t), 'n.json'), [
    ruleTo(receiver), ruleTo(other, { name: 'b', on: { oom: {} } })
  ])
  exit(0)
  await until(() => notifier.counts().get('ops')?.sent === 1)
  t.strictSame([...notifier.counts()], [
    ['ops', { sent: 1, failed: 0, throttled: 0, dropped: 0 }],
    ['b', { sent: 0, failed: 0, throttled: 0, dropped: 0 }]
  ])
  t.equal(other.received.length, 0)
})

t.test('remembers across restarts what it told', async t => {
  const receiver = await startReceiver(t)
  const file = join(folder(t), 'n.json')
  const rules = [ruleTo(receiver, { on: { die, 'host-down': { after: 0 }, 'host-up': {} } })]
  const first = await start(t, file, rules)
  first.exit(0)
  first.see({ up: false })
  await until(() => receiver.received.length === 2)
  await first.notifier.close()
  const second = await start(t, file, rules)
  second.exit(0)
  second.exit(1)
  await until(() => receiver.received.length === 4)
  t.strictSame(receiver.received.map(({ body }) => JSON.parse(body).data.event), ['die', 'host-down', 'host-up', 'die'])
})

t.test('leaves what happens on a host to the replica that polls it, and remembers that it was told', async t => {
  const receiver = await startReceiver(t)
  let isOurs = false
  const rules = [ruleTo(receiver, { on: { die, 'host-down': { after: 0 }, 'host-up': {} } })]
  const { exit, see, notifier } = await start(t, join(folder(t), 'n.json'), rules, () => isOurs)
  exit(0)
  see({ up: false })
  isOurs = true
  exit(0)
  see({ up: true })
  await until(() => receiver.received.length > 0)
  exit(1)
  await until(() => receiver.received.length > 1)
  t.strictSame(receiver.received.map(({ body }) => JSON.parse(body).data.event), ['host-up', 'die'])
  t.match(notifier.counts().get('ops'), { sent: 2, failed: 0 })
})

t.test('applies new rules, and keeps the state of those that do not change', async t => {
  const receiver = await startReceiver(t)
  const changed = await startReceiver(t)
  const throttled = ruleTo(receiver, { throttle: 60 })
  const rules = [throttled, ruleTo(changed, { name: 'changed' }), ruleTo(changed, { name: 'old' })]
  const { notifier, exit, clock } = await start(t, join(folder(t), 'n.json'), rules)
  exit(0)
  await until(() => receiver.received.length === 1 && changed.received.length === 2)
  notifier.apply([throttled, ruleTo(changed, { name: 'changed', template: '{{event}}!' })])
  exit(0)
  exit(1)
  await until(() => changed.received.length === 3)
  t.equal(texts(changed).at(-1), 'die!')
  t.equal(receiver.received.length, 1, 'still throttled')
  clock.monotonic = 60_000
  notifier.tick()
  await until(() => receiver.received.length === 2)
  t.strictSame([...notifier.counts().keys()], ['ops', 'changed'])
  t.equal(notifier.counts().get('changed')?.sent, 2)
})

t.test('looks by itself for what is due, and counts what it holds back', async t => {
  const receiver = await startReceiver(t)
  const { notifier, exit, clock } = await start(t, join(folder(t), 'n.json'), [ruleTo(receiver, { throttle: 60 })])
  for (const seconds of [0, 1, 2]) exit(seconds)
  clock.monotonic = 60_000
  await until(() => receiver.received.length === 2)
  t.match(texts(receiver)[1], /And 1 more in the last minute \(die: 1\)/)
  t.equal(notifier.counts().get('ops')?.throttled, 1)
})

t.test('ends what it told about hosts that are removed', async t => {
  const receiver = await startReceiver(t)
  const url = `alertmanager+http://127.0.0.1:${receiver.port}`
  const rule = ruleConfig({ url, on: { 'host-down': { after: 0 } } })
  const { notifier, see } = await start(t, join(folder(t), 'n.json'), [rule])
  see({ up: false })
  notifier.see(null, hostSnapshot())
  notifier.see(null, null)
  await until(() => receiver.received.length === 2)
  t.match(JSON.parse(receiver.received[1]?.body ?? ''), [{ endsAt: '2026-11-28T12:00:00.000Z' }])
})

t.test('has the clocks of the process', async t => {
  const receiver = await startReceiver(t)
  const notifier = new Notifier({ file: join(folder(t), 'n.json'), log: { info () {}, warn () {} } })
  t.teardown(() => notifier.close())
  notifier.apply([ruleTo(receiver, { on: { 'certificate-expiring': { days: 1 } } })])
  const before = Date.now()
  notifier.see(hostSnapshot({ certificateExpiresAt: new Date(before).toISOString() }), null)
  await until(() => receiver.received.length === 1)
  t.ok(Date.parse(JSON.parse(receiver.received[0]?.body ?? '').time) >= before)
})

t.test('refuses rules that were not checked', async t => {
  const notifier = new Notifier({ file: join(folder(t), 'n.json'), log: { info () {}, warn () {} } })
  t.throws(() => notifier.apply([ruleConfig({ url: 'x' })]), { message: 'must be a URL' })
})
