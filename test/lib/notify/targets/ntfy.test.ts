import t from 'tap'
import { parseTarget } from '../../../../lib/notify/targets/index.ts'
import { deliver, HOSTILE, LONG, parseAs } from '../../../support/messages.ts'
import { json, startReceiver, startSecureReceiver } from '../../../support/receiver.ts'

/** https://docs.ntfy.sh/publish/#publish-as-json */
const MESSAGE = {
  type: 'object',
  additionalProperties: false,
  required: ['topic'],
  properties: {
    topic: { type: 'string', pattern: '^[-_A-Za-z0-9]{1,64}$' },
    title: { type: 'string' },
    message: { type: 'string', minLength: 1 },
    priority: { type: 'integer', minimum: 1, maximum: 5 },
    tags: { type: 'array', items: { type: 'string' } }
  }
}

const accepted = json(200, { id: 'x', time: 1, event: 'message', topic: 'alerts', message: 'm' })

t.test('publishes JSON at the root, over TLS', async t => {
  const receiver = await startSecureReceiver(t, 'ntfy.sh', accepted)
  const { method, path, headers, body } = await deliver(receiver, 'ntfy://ntfy.sh/alerts')
  t.equal(`${method} ${path}`, 'POST /')
  t.equal(headers['content-type'], 'application/json')
  t.equal(headers.authorization, undefined)
  t.strictSame(parseAs(MESSAGE, body), {
    topic: 'alerts',
    title: 'web on nas exited with code 3',
    message: 'Host: nas\nContainer: web (nginx:1.27)\nTime: 2026-11-28T12:00:00.000Z',
    priority: 4,
    tags: ['warning']
  })
})

t.test('logs in with a token or a password', async t => {
  const receiver = await startReceiver(t, accepted)
  const withToken = await deliver(receiver, `ntfy+http://tk_abc@127.0.0.1:${receiver.port}/alerts`)
  t.equal(withToken.headers.authorization, 'Bearer tk_abc')
  const withPassword = await deliver(receiver, `ntfy+http://me:s%3Acret@127.0.0.1:${receiver.port}/alerts`)
  t.equal(withPassword.headers.authorization, `Basic ${Buffer.from('me:s:cret').toString('base64')}`)
})

t.test('cuts messages that would become attachments, and shows names literally', async t => {
  const receiver = await startReceiver(t, accepted)
  const url = `ntfy+http://127.0.0.1:${receiver.port}/alerts`
  const long = parseAs(MESSAGE, (await deliver(receiver, url, { detail: LONG, event: 'oom' })).body)
  t.ok(Buffer.byteLength(long.message) <= 4096 && Buffer.byteLength(long.message) > 4000)
  t.match(long.message, /ä…$/)
  t.equal(long.priority, 5)
  const { title } = parseAs(MESSAGE, (await deliver(receiver, url, HOSTILE)).body)
  t.match(title, '@here <@U1> [x](https://evil.example) `code` on <!channel>')
  t.notMatch(title, '\n')
})

t.test('refuses URLs without one valid topic', async t => {
  for (const url of ['ntfy://ntfy.sh', 'ntfy://ntfy.sh/a/b', 'ntfy://ntfy.sh/a%20b', 'ntfy:///alerts']) {
    t.match(parseTarget(url), { problem: /^must / }, url)
  }
})
