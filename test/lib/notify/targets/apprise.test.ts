import t from 'tap'
import { parseTarget } from '../../../../lib/notify/targets/index.ts'
import { deliver, parseAs } from '../../../support/messages.ts'
import { json, startReceiver, startSecureReceiver } from '../../../support/receiver.ts'

/** `POST /notify/{KEY}` of the Apprise API. */
const NOTIFY = {
  type: 'object',
  additionalProperties: false,
  required: ['body'],
  properties: {
    title: { type: 'string' },
    body: { type: 'string', minLength: 1, maxLength: 32_768 },
    type: { enum: ['info', 'success', 'warning', 'failure'] },
    format: { enum: ['text', 'markdown', 'html'] }
  }
}

t.test('notifies a stored configuration', async t => {
  const receiver = await startSecureReceiver(t, 'apprise.example', json(200, { error: null }))
  const { method, path, headers, body } = await deliver(receiver, 'apprise://me:secret@apprise.example/my-key')
  t.equal(`${method} ${path}`, 'POST /notify/my-key')
  t.match(headers, {
    'content-type': 'application/json',
    accept: 'application/json',
    authorization: `Basic ${Buffer.from('me:secret').toString('base64')}`
  })
  t.strictSame(parseAs(NOTIFY, body), {
    title: 'web on nas exited with code 3',
    body: 'Host: nas\nContainer: web (nginx:1.27)\nTime: 2026-11-28T12:00:00.000Z',
    type: 'warning',
    format: 'text'
  })
})

t.test('fails if nothing is stored under the key, or a service could not be reached', async t => {
  const receiver = await startReceiver(t, response => response.writeHead(204).end())
  const url = `apprise+http://127.0.0.1:${receiver.port}/apps/my-key`
  await t.rejects(deliver(receiver, url, { event: 'healthy' }), { message: 'apprise answered 204', isFinal: true })
  t.match(receiver.received, [{ path: '/apps/notify/my-key' }])
  receiver.answer = json(424, { error: 'One or more notification could not be sent' })
  await t.rejects(deliver(receiver, url), { message: /answered 424: .*could not be sent/, isFinal: true })
})

t.test('refuses URLs without a key', async t => {
  for (const url of ['apprise://host', 'apprise://host/a%20b']) {
    t.match(parseTarget(url), { problem: /^must be apprise:/ }, url)
  }
})
