import { shortened } from '../message.ts'
import { AddressError } from './address.ts'
import { jsonRequest, plain, type TargetFactory } from './target.ts'

/** Limit of Telegram, in characters. */
const MAX_TEXT = 4096

const FORM = 'must be telegram://token@telegram?chat=id, with the token of a bot and the ID or @name of a chat'

function retryAfter (body: string): number | null {
  const [, seconds] = /"retry_after": *(\d+)/.exec(body) ?? []
  return seconds === undefined ? null : Number(seconds)
}

/** `telegram://token@telegram?chat=id`; the token of a bot has a colon. */
export const telegram: TargetFactory = ({ host, user, password, query }) => {
  const chat = query.get('chat') ?? ''
  const token = `${user}:${password}`
  const isValid = host === 'telegram' && /^\d+:[\w-]+$/.test(token) && /^(-?\d+|@\w+)$/.test(chat)
  if (!isValid) throw new AddressError(FORM)
  return {
    ...plain,
    kind: 'telegram',
    escape: text => text.replaceAll('@', '@\u2060'), // otherwise it mentions users, even in plain text
    retryAfter,
    requestOf: ({ title, text }) => jsonRequest(`https://api.telegram.org/bot${token}/sendMessage`, {
      chat_id: chat,
      text: shortened(`${title}\n\n${text}`, MAX_TEXT),
      link_preview_options: { is_disabled: true }
    })
  }
}
