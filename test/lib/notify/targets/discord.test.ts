import t from 'tap'
import { parseTarget } from '../../../../lib/notify/targets/index.ts'
import { deliver, HOSTILE, LONG, parseAs, targetOf } from '../../../support/messages.ts'
import { startSecureReceiver } from '../../../support/receiver.ts'

/** Execute Webhook: one of content, embeds and so on, within the limits of embeds. */
const WEBHOOK = {
  type: 'object',
  additionalProperties: false,
  required: ['embeds', 'allowed_mentions'],
  properties: {
    content: { type: 'string', maxLength: 2000 },
    embeds: {
      type: 'array',
      minItems: 1,
      maxItems: 10,
      items: {
        type: 'object',
        additionalProperties: false,
        properties: {
          title: { type: 'string', maxLength: 256 },
          description: { type: 'string', maxLength: 4096 },
          color: { type: 'integer', minimum: 0, maximum: 0xffffff },
          timestamp: { type: 'string', format: 'time' }
        }
      }
    },
    allowed_mentions: { type: 'object', properties: { parse: { type: 'array', maxItems: 0 } }, required: ['parse'] }
  }
}

const ID = '123456789012345678'
const TOKEN = 'abc-DEF_123'

t.test('executes the webhook, in both forms of its URL', async t => {
  const receiver = await startSecureReceiver(t, 'discord.com', response => response.writeHead(204).end())
  for (const url of [
    `discord://${ID}/${TOKEN}`,
    `https://discord.com/api/webhooks/${ID}/${TOKEN}`,
    `https://discordapp.com/api/webhooks/${ID}/${TOKEN}`
  ]) {
    const { method, path, headers, body } = await deliver(receiver, url)
    t.equal(`${method} ${path}`, `POST /api/webhooks/${ID}/${TOKEN}`)
    t.match(headers.host, /^discord\.com:/)
    t.equal(headers['content-type'], 'application/json')
    t.match(parseAs(WEBHOOK, body).embeds, [{
      title: 'web on nas exited with code 3', color: 0xf9a825, timestamp: '2026-11-28T12:00:00.000Z'
    }])
  }
})

t.test('keeps the limits, and mentions and formats nothing', async t => {
  const receiver = await startSecureReceiver(t, 'discord.com', response => response.writeHead(204).end())
  const url = `discord://${ID}/${TOKEN}`
  parseAs(WEBHOOK, (await deliver(receiver, url, { detail: LONG, host: LONG })).body)
  const { embeds: [{ title, description }] } = parseAs(WEBHOOK, (await deliver(receiver, url, HOSTILE)).body)
  for (const text of [title, description]) {
    const unescaped = text.replace(/\\[^\w\s]/g, '').replace(/^(Host|Container|Time): /gm, '').replace(/ \(|\)$/gm, '')
    t.notMatch(unescaped, /[*_~`|<>[\]@\\]/)
  }
})

t.test('lets a template format, but not the names in it', async t => {
  const receiver = await startSecureReceiver(t, 'discord.com', response => response.writeHead(204).end())
  const { body } = await deliver(receiver, `discord://${ID}/${TOKEN}`,
    { container: { id: 'a', name: '*web*', image: '' } }, { template: '**{{container}}**' })
  t.equal(parseAs(WEBHOOK, body).embeds[0].description, '**\\*web\\***')
})

t.test('reads how long to wait from the body of a 429', async t => {
  const { retryAfter } = targetOf(`discord://${ID}/${TOKEN}`)
  t.equal(retryAfter('{"message":"You are being rate limited.","retry_after":1.337,"global":false}'), 1.337)
  t.equal(retryAfter('<html>'), null)
})

t.test('refuses other URLs', async t => {
  for (const url of ['discord://abc/x', `discord://${ID}`, `discord://${ID}/a/b`, 'https://discord.com/api/x']) {
    t.match(parseTarget(url), { problem: /^must be discord:/ }, url)
  }
})
