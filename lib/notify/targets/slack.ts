import { shortened } from '../message.ts'
import { AddressError, pathOf, type Address } from './address.ts'
import { jsonRequest, plain, type TargetFactory } from './target.ts'

/** Limits of Slack, in characters. */
const MAX_HEADER = 150
const MAX_SECTION = 3000

/** `slack://T…/B…/secret`, or the URL that Slack shows: `https://hooks.slack.com/services/T…/B…/secret` */
function partsOf ({ scheme, host, path }: Address): string[] {
  const parts = scheme === 'slack' ? [host, ...path] : path.slice(1)
  const isValid = parts.length === 3 && (scheme === 'slack' || path[0] === 'services')
  if (isValid) return parts
  throw new AddressError('must be slack://T…/B…/… or the URL of a webhook, https://hooks.slack.com/services/T…/B…/…')
}

const plainText = (text: string, most: number) => ({ type: 'plain_text', text: shortened(text, most), emoji: false })

/** An incoming webhook of Slack. Everything is plain text, in which Slack finds neither formatting nor mentions. */
export const slack: TargetFactory = address => {
  const url = `https://hooks.slack.com/services${pathOf(...partsOf(address))}`
  return {
    ...plain,
    kind: 'slack',
    // Slack decodes these three, and nothing else.
    escape: text => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;'),
    requestOf: ({ title, text }) => jsonRequest(url, {
      text: title,
      mrkdwn: false,
      blocks: [
        { type: 'header', text: plainText(title, MAX_HEADER) },
        { type: 'section', text: plainText(text, MAX_SECTION) }
      ]
    })
  }
}
