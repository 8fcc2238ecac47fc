import t from 'tap'
import { parseTarget } from '../../../../lib/notify/targets/index.ts'
import { deliver, HOSTILE, LONG, parseAs, targetOf } from '../../../support/messages.ts'
import { json, startSecureReceiver } from '../../../support/receiver.ts'

/** Parameters of sendMessage. Without a parse_mode, text is plain. */
const SEND_MESSAGE = {
  type: 'object',
  additionalProperties: false,
  required: ['chat_id', 'text'],
  properties: {
    chat_id: { type: 'string', pattern: '^(-?\\d+|@\\w+)$' },
    text: { type: 'string', minLength: 1, maxLength: 4096 },
    link_preview_options: {
      type: 'object', additionalProperties: false, properties: { is_disabled: { type: 'boolean' } }
    }
  }
}

const accepted = json(200, { ok: true, result: { message_id: 1 } })
const URL = 'telegram://123456:ABC-def@telegram?chat=-100200300'

t.test('calls sendMessage', async t => {
  const receiver = await startSecureReceiver(t, 'api.telegram.org', accepted)
  const { method, path, headers, body } = await deliver(receiver, URL)
  t.equal(`${method} ${path}`, 'POST /bot123456:ABC-def/sendMessage')
  t.equal(headers['content-type'], 'application/json')
  t.strictSame(parseAs(SEND_MESSAGE, body), {
    chat_id: '-100200300',
    text: 'web on nas exited with code 3\n\nHost: nas\nContainer: web (nginx:1.27)\nTime: 2026-11-28T12:00:00.000Z',
    link_preview_options: { is_disabled: true }
  })
})

t.test('keeps the limit, and mentions nobody', async t => {
  const receiver = await startSecureReceiver(t, 'api.telegram.org', accepted)
  parseAs(SEND_MESSAGE, (await deliver(receiver, URL, { detail: LONG })).body)
  const { text } = parseAs(SEND_MESSAGE, (await deliver(receiver, URL, HOSTILE)).body)
  t.notMatch(text, /@\w/)
})

t.test('reads how long to wait from the body of a 429', async t => {
  const { retryAfter } = targetOf(URL)
  t.equal(retryAfter('{"ok":false,"error_code":429,"description":"x","parameters":{"retry_after":7}}'), 7)
  t.equal(retryAfter('{"ok":false}'), null)
})

t.test('refuses other URLs', async t => {
  for (const url of [
    'telegram://123456:ABC@telegram', 'telegram://123456:ABC@telegram?chat=a b', 'telegram://ABC@telegram?chat=1',
    'telegram://123456:ABC@chat?chat=1'
  ]) t.match(parseTarget(url), { problem: /^must be telegram:/ }, url)
  t.match(parseTarget('telegram://123456:ABC@telegram?chat=@channel'), { target: { kind: 'telegram' } })
})
