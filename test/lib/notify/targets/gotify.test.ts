import t from 'tap'
import { parseTarget } from '../../../../lib/notify/targets/index.ts'
import { deliver, parseAs } from '../../../support/messages.ts'
import { json, startReceiver, startSecureReceiver } from '../../../support/receiver.ts'

/** Gotify's `Message`, of which only `message` is required. */
const MESSAGE = {
  type: 'object',
  additionalProperties: false,
  required: ['message'],
  properties: {
    title: { type: 'string' },
    message: { type: 'string', minLength: 1 },
    priority: { type: 'integer', minimum: 0, maximum: 10 }
  }
}

const accepted = json(200, { id: 1, appid: 1, message: 'm', title: 't', priority: 5, date: '2026-11-28T12:00:00Z' })

t.test('posts a message with the token in a header', async t => {
  const receiver = await startSecureReceiver(t, 'gotify.example', accepted)
  const { method, path, headers, body } = await deliver(receiver, 'gotify://gotify.example/AbC.dEf')
  t.equal(`${method} ${path}`, 'POST /message')
  t.equal(headers['x-gotify-key'], 'AbC.dEf')
  t.equal(headers['content-type'], 'application/json')
  t.strictSame(parseAs(MESSAGE, body), {
    title: 'web on nas exited with code 3',
    message: 'Host: nas\nContainer: web (nginx:1.27)\nTime: 2026-11-28T12:00:00.000Z',
    priority: 5
  })
})

t.test('supports a path, and plain HTTP', async t => {
  const receiver = await startReceiver(t, accepted)
  const { path, headers, body } =
    await deliver(receiver, `gotify+http://127.0.0.1:${receiver.port}/push/AbC`, { event: 'oom' })
  t.equal(path, '/push/message')
  t.equal(headers['x-gotify-key'], 'AbC')
  t.equal(parseAs(MESSAGE, body).priority, 8)
})

t.test('refuses a URL without a token', async t => {
  t.match(parseTarget('gotify://gotify.example'), { problem: /^must be gotify:/ })
})
