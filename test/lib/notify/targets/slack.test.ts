import t from 'tap'
import { parseTarget } from '../../../../lib/notify/targets/index.ts'
import { deliver, HOSTILE, LONG, parseAs } from '../../../support/messages.ts'
import { startSecureReceiver } from '../../../support/receiver.ts'

const plainText = (maxLength: number) => ({
  type: 'object',
  additionalProperties: false,
  required: ['type', 'text'],
  properties: {
    type: { const: 'plain_text' }, text: { type: 'string', minLength: 1, maxLength }, emoji: { type: 'boolean' }
  }
})
const block = (type: string, maxLength: number) => ({
  type: 'object',
  additionalProperties: false,
  required: ['type', 'text'],
  properties: { type: { const: type }, text: plainText(maxLength) }
})

/** Incoming webhooks, and the limits of Block Kit. */
const PAYLOAD = {
  type: 'object',
  additionalProperties: false,
  required: ['text'],
  properties: {
    text: { type: 'string', minLength: 1, maxLength: 40_000 },
    mrkdwn: { type: 'boolean' },
    blocks: { type: 'array', maxItems: 50, items: { anyOf: [block('header', 150), block('section', 3000)] } }
  }
}

t.test('posts blocks to the webhook, in both forms of its URL', async t => {
  const receiver = await startSecureReceiver(t, 'hooks.slack.com', response => response.end('ok'))
  for (const url of ['slack://T00/B00/xYz', 'https://hooks.slack.com/services/T00/B00/xYz']) {
    const { method, path, headers, body } = await deliver(receiver, url)
    t.equal(`${method} ${path}`, 'POST /services/T00/B00/xYz')
    t.equal(headers['content-type'], 'application/json')
    const { text, blocks } = parseAs(PAYLOAD, body)
    t.equal(text, 'web on nas exited with code 3')
    t.strictSame(blocks.map(({ text: { text } }: { text: { text: string } }) => text),
      [text, 'Host: nas\nContainer: web (nginx:1.27)\nTime: 2026-11-28T12:00:00.000Z'])
  }
})

t.test('keeps the limits, and mentions and formats nothing', async t => {
  const receiver = await startSecureReceiver(t, 'hooks.slack.com', response => response.end('ok'))
  parseAs(PAYLOAD, (await deliver(receiver, 'slack://T00/B00/xYz', { detail: LONG, host: LONG })).body)
  const { body } = await deliver(receiver, 'slack://T00/B00/xYz', HOSTILE)
  t.equal(parseAs(PAYLOAD, body).mrkdwn, false)
  t.notMatch(body, /[<>]|&(?!amp;|lt;|gt;)/)
})

t.test('refuses other URLs', async t => {
  for (const url of ['slack://T00/B00', 'https://hooks.slack.com/services/T00', 'https://hooks.slack.com/a/b/c/d']) {
    t.match(parseTarget(url), { problem: /^must be slack:/ }, url)
  }
})
