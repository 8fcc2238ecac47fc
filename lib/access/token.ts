import { hash, timingSafeEqual } from 'node:crypto'
import { memoizeText } from '../memoize.ts'

const digest = (text: string) => hash('sha256', text, 'buffer')

/** node:http decodes header bytes as Latin-1. */
const fromBytes = (bytes: Buffer) => bytes.toString('latin1')

/** The forms in which clients send a token: curl encodes it as UTF-8; browsers and Python as Latin-1 if possible. */
const sent = (token: string) => [fromBytes(Buffer.from(token)), fromBytes(Buffer.from(token, 'latin1'))]
  .filter((form, index) => index === 0 || form === token)

/** The possible tokens in an `Authorization` header: the raw value, a Bearer token or a Basic password. */
function candidates (authorization: string): string[] {
  const [, scheme = '', credentials = ''] = /^(\w+) +([^ \t]+)$/.exec(authorization) ?? []
  if (scheme.toLowerCase() === 'bearer') return [authorization, credentials]
  if (scheme.toLowerCase() !== 'basic') return [authorization]
  const login = fromBytes(Buffer.from(credentials, 'base64'))
  return [authorization, login.slice(login.indexOf(':') + 1)]
}

/**
 * Creates a check of `Authorization` headers. It compares digests, so it takes constant time for tokens of any length.
 * Results are cached by header; V8 seeds string hashes randomly, so the time of a lookup reveals nothing.
 */
export function createTokenCheck (token: string): (authorization: string | undefined) => boolean {
  const expected = sent(token).map(digest)
  return memoizeText(authorization => candidates(authorization).map(digest)
    .flatMap(candidate => expected.map(form => timingSafeEqual(candidate, form)))
    .includes(true))
}
