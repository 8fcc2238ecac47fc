import t from 'tap'
import { AT, deliver, HOSTILE, parseAs } from '../../../support/messages.ts'
import { startReceiver, startSecureReceiver } from '../../../support/receiver.ts'

const text = { type: 'string', minLength: 1 }

/** CloudEvents 1.0: required and optional attributes, and our data. */
const EVENT = {
  type: 'object',
  additionalProperties: false,
  required: ['specversion', 'id', 'source', 'type'],
  properties: {
    specversion: { const: '1.0' },
    id: text,
    source: { type: 'string', pattern: '^/hosts/[\\w%.~!*\'()-]+$' },
    type: { type: 'string', pattern: '^[a-z.-]+$' },
    subject: text,
    time: { type: 'string', format: 'time' },
    datacontenttype: { const: 'application/json' },
    data: { type: 'object' }
  }
}

t.test('is an event in structured mode', async t => {
  const receiver = await startReceiver(t, response => response.writeHead(202).end())
  const { method, path, headers, body } =
    await deliver(receiver, `http://user:pass%20word@127.0.0.1:${receiver.port}/hook?x=1#y`)
  t.equal(`${method} ${path}`, 'POST /hook?x=1')
  t.equal(headers['content-type'], 'application/cloudevents+json')
  t.equal(headers.authorization, `Basic ${Buffer.from('user:pass word').toString('base64')}`)
  const { data, ...event } = parseAs(EVENT, body)
  t.strictSame(event, {
    specversion: '1.0',
    id: `die/c0ffee/${AT}`,
    source: '/hosts/nas',
    type: 'dockstatapi.die',
    subject: 'web',
    time: '2026-11-28T12:00:00.000Z',
    datacontenttype: 'application/json'
  })
  t.strictSame(data, {
    rule: 'ops',
    event: 'die',
    severity: 'warning',
    host: 'nas',
    container: { id: 'c0ffee', name: 'web', image: 'nginx:1.27' },
    title: 'web on nas exited with code 3',
    text: 'Host: nas\nContainer: web (nginx:1.27)\nTime: 2026-11-28T12:00:00.000Z',
    detail: '',
    exitCode: 3,
    percent: null,
    held: 0,
    ends: null
  })
})

t.test('names the problem that is over', async t => {
  const receiver = await startReceiver(t)
  const url = `http://127.0.0.1:${receiver.port}`
  const { path, headers, body } = await deliver(receiver, url, {
    event: 'host-up', container: null, exitCode: null, ends: { event: 'host-down', at: AT - 60_000 }
  })
  t.equal(path, '/')
  t.equal(headers.authorization, undefined)
  const { subject, data } = parseAs(EVENT, body)
  t.equal(subject, 'nas')
  t.strictSame(data.ends, { event: 'host-down', time: '2026-11-28T11:59:00.000Z' })
  t.equal(data.text, 'Host: nas\nTime: 2026-11-28T12:00:00.000Z')
})

t.test('keeps names as they are, because receivers parse them', async t => {
  const receiver = await startReceiver(t)
  const { body } = await deliver(receiver, `http://127.0.0.1:${receiver.port}`, HOSTILE)
  const { data } = parseAs(EVENT, body)
  t.strictSame({ host: data.host, container: data.container }, { host: HOSTILE.host, container: HOSTILE.container })
})

t.test('verifies the certificate of an https:// URL', async t => {
  const receiver = await startSecureReceiver(t, 'hook.example')
  const { path } = await deliver(receiver, 'https://hook.example/a')
  t.equal(path, '/a')
  await t.rejects(deliver(receiver, 'https://other.example/a'), { message: /cannot be reached.*altnames/ })
  t.equal(receiver.received.length, 1)
})
