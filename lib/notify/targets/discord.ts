import { shortened } from '../message.ts'
import { AddressError, pathOf, type Address } from './address.ts'
import { jsonRequest, plain, type TargetFactory } from './target.ts'

/** Limits of Discord, in characters. */
const MAX_TITLE = 256
const MAX_DESCRIPTION = 4096

const colors = { critical: 0xd32f2f, warning: 0xf9a825, info: 0x2e7d32 } as const

const FORM = 'must be discord://id/token or the URL of a webhook, https://discord.com/api/webhooks/id/token'

/** `discord://id/token`, or the URL that Discord shows: `https://discord.com/api/webhooks/id/token` */
function webhookOf ({ scheme, host, path }: Address): [id: string, token: string] {
  const [id = '', token = '', ...rest] = scheme === 'discord'
    ? [host, ...path]
    : path.slice(path.indexOf('webhooks') + 1)
  const isValid = /^\d+$/.test(id) && token !== '' && rest.length === 0
  if (isValid) return [id, token]
  throw new AddressError(FORM)
}

/** In seconds, as JSON. */
function retryAfter (body: string): number | null {
  const [, seconds] = /"retry_after": *([\d.]+)/.exec(body) ?? []
  return seconds === undefined ? null : Number(seconds)
}

export const discord: TargetFactory = address => {
  const url = `https://discord.com/api/webhooks${pathOf(...webhookOf(address))}`
  return {
    ...plain,
    kind: 'discord',
    escape: text => text.replace(/[\\*_~`|>#[\]()<@:-]/g, '\\$&'),
    retryAfter,
    requestOf: ({ title, text, severity, at }) => jsonRequest(url, {
      embeds: [{
        title: shortened(title, MAX_TITLE),
        description: shortened(text, MAX_DESCRIPTION),
        color: colors[severity],
        timestamp: new Date(at).toISOString()
      }],
      allowed_mentions: { parse: [] }
    })
  }
}
