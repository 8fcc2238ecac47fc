import { hash, timingSafeEqual } from 'node:crypto'
import { memoizeText } from '../memoize.ts'

const digest = (text: string) => hash('sha256', text, 'buffer')

/** Bytes as node:http gives them in headers: a character each. */
const fromBytes = (bytes: Buffer) => bytes.toString('latin1')

/** A token as clients send it: curl the bytes of UTF-8, browsers and Python those of Latin-1 where it has them all. */
const sent = (token: string) => [fromBytes(Buffer.from(token)), fromBytes(Buffer.from(token, 'latin1'))]
  .filter((form, index) => index === 0 || form === token)

/** What may be the token in an `Authorization` header: the raw value, a Bearer token, a Basic password. */
function candidates (authorization: string): string[] {
  const [, scheme = '', credentials = ''] = /^(\w+) +([^ \t]+)$/.exec(authorization) ?? []
  if (scheme.toLowerCase() === 'bearer') return [authorization, credentials]
  if (scheme.toLowerCase() !== 'basic') return [authorization]
  const login = fromBytes(Buffer.from(credentials, 'base64'))
  return [authorization, login.slice(login.indexOf(':') + 1)]
}

/**
 * A check of `Authorization` headers against a token. Digests are compared, in constant time whatever the lengths; what
 * came of it is found again by the header's hash, which nobody outside the process can tell beforehand.
 * @returns a predicate on the header's value
 */
export function createTokenCheck (token: string): (authorization: string | undefined) => boolean {
  const expected = sent(token).map(digest)
  return memoizeText(authorization => candidates(authorization).map(digest)
    .flatMap(candidate => expected.map(form => timingSafeEqual(candidate, form)))
    .includes(true))
}
