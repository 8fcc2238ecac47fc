import { shortenedBytes } from '../message.ts'
import { AddressError, basicAuth, type Address } from './address.ts'
import { jsonRequest, plain, type TargetFactory } from './target.ts'

/** Longer messages become attachments. */
const MAX_BYTES = 4096

/** By severity: priorities from 1 to 5, and tags that ntfy shows as emojis. */
const looks = {
  critical: { priority: 5, tags: ['rotating_light'] },
  warning: { priority: 4, tags: ['warning'] },
  info: { priority: 3, tags: ['white_check_mark'] }
} as const

/** A user without a password is an access token. */
const authOf = (address: Address) =>
  address.user !== '' && address.password === '' ? { authorization: `Bearer ${address.user}` } : basicAuth(address)

/** `ntfy://[token@|user:password@]host/topic` */
export const ntfy: TargetFactory = address => {
  const [topic = '', ...rest] = address.path
  if (rest.length > 0 || !/^[\w-]{1,64}$/.test(topic)) {
    throw new AddressError('must be ntfy://host/topic, ntfy://token@host/topic or ntfy://user:password@host/topic')
  }
  const url = `${address.origin()}/`
  const headers = authOf(address)
  return {
    ...plain,
    kind: 'ntfy',
    requestOf: ({ title, text, severity }) =>
      jsonRequest(url, { topic, title, message: shortenedBytes(text, MAX_BYTES), ...looks[severity] }, headers)
  }
}
