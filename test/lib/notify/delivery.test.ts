import t, { type Test } from 'tap'
import { noCounts } from '../../../lib/notify/counts.ts'
import { Delivery, type DeliveryOptions } from '../../../lib/notify/delivery.ts'
import { message, targetOf } from '../../support/messages.ts'
import { json, startReceiver, type Receiver } from '../../support/receiver.ts'
import { MARK } from '../../support/secrets.ts'
import { until } from '../../support/until.ts'

const backOff = { retries: 5, minTimeout: 1, factor: 1, maxTimeout: 2 }

function deliveryTo (t: Test, { port }: Receiver, options: DeliveryOptions = { backOff }) {
  const url = `http://127.0.0.1:${port}/${MARK}`
  const lines: string[] = []
  const log = (_fields: object, text: string) => { lines.push(text) }
  const counts = noCounts()
  const target = targetOf(url)
  const delivery = new Delivery({ rule: 'ops', url, target, counts }, { info: log, warn: log }, options)
  t.teardown(() => {
    delivery.close()
    if (lines.join().includes(MARK)) throw new Error('the log shows the URL')
  })
  return { lines, counts, delivery, push: (host = 'nas') => delivery.push(message(target, { host })) }
}

const hostsIn = ({ received }: Receiver) => received.map(({ body }) => JSON.parse(body).data.host)

t.test('delivers messages in order, one at a time', async t => {
  let open = 0
  const receiver = await startReceiver(t, response => {
    t.equal(++open, 1)
    setImmediate(() => {
      open--
      response.end()
    })
  })
  const { counts, push, lines } = deliveryTo(t, receiver)
  for (const host of ['a', 'b', 'c']) push(host)
  await until(() => counts.sent === 3)
  push('d')
  await until(() => counts.sent === 4)
  t.strictSame(hostsIn(receiver), ['a', 'b', 'c', 'd'])
  t.strictSame(lines, [])
})

t.test('tries again, and logs the beginning and the end of a failure', async t => {
  const receiver = await startReceiver(t)
  const { counts, push, lines } = deliveryTo(t, receiver)
  receiver.answer = response => {
    if (receiver.received.length < 3) response.destroy()
    else if (receiver.received.length < 5) response.writeHead(429, { 'retry-after': '0.01' }).end()
    else response.end()
  }
  push('a')
  push('b')
  await until(() => counts.sent === 2)
  t.strictSame(hostsIn(receiver), ['a', 'a', 'a', 'a', 'a', 'b'])
  t.match(lines, [
    /^Cannot send notifications of rule "ops": webhook cannot be reached: socket hang up$/,
    'Notifications of rule "ops" are sent again'
  ])
  t.equal(lines.length, 2)
  t.match(counts, { sent: 2, failed: 0 })
})

t.test('gives up after some attempts, or at once if none can succeed', async t => {
  const receiver = await startReceiver(t, response => response.writeHead(500).end(MARK))
  const { counts, push, lines } = deliveryTo(t, receiver)
  push('a')
  await until(() => counts.failed === 1)
  t.equal(receiver.received.length, 6)
  receiver.answer = response => response.writeHead(403).end()
  push('b')
  await until(() => counts.failed === 2)
  t.equal(receiver.received.length, 7)
  t.match(lines, ['Cannot send notifications of rule "ops": webhook answered 500: ******'])
  t.equal(lines.length, 1)
})

t.test('drops the oldest messages if too many wait', async t => {
  const receiver = await startReceiver(t, () => {})
  const { counts, push } = deliveryTo(t, receiver)
  push('first')
  await until(() => receiver.received.length === 1)
  for (let index = 0; index < 102; index++) push(`${index}`)
  t.equal(counts.dropped, 2)
  receiver.answer = response => response.end()
  t.match(hostsIn(receiver), ['first'])
})

t.test('ends at once, whatever it waits for', async t => {
  const receiver = await startReceiver(t, () => {})
  const answers = [() => {}, json(503, {}), json(429, {}, { 'retry-after': '100' })]
  for (const [index, answer] of answers.entries()) {
    receiver.answer = answer
    const { counts, push, delivery, lines } = deliveryTo(t, receiver, {})
    push()
    push()
    await until(() => receiver.received.length === index + 1 && (index === 0 || lines.length === 1))
    delivery.close()
    t.match(counts, { sent: 0, failed: 0 })
  }
})
