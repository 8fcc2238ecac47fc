import { hash, timingSafeEqual } from 'node:crypto'

const digest = (bytes: Buffer) => hash('sha256', bytes, 'buffer')

/** The bytes that may be the token in an `Authorization` header: the raw value, a Bearer token, a Basic password. */
function candidates (authorization: string): Buffer[] {
  const raw = Buffer.from(authorization, 'latin1') // node:http reads header bytes as latin1
  const [, scheme = '', credentials = ''] = /^(\w+) +(\S+)$/.exec(authorization) ?? []
  if (scheme.toLowerCase() === 'bearer') return [raw, Buffer.from(credentials, 'latin1')]
  if (scheme.toLowerCase() !== 'basic') return [raw]
  const login = Buffer.from(credentials, 'base64')
  return [raw, login.subarray(login.indexOf(':') + 1)]
}

/**
 * A check of `Authorization` headers against a token. Digests are compared, in constant time whatever the lengths.
 * @returns a predicate on the header's value
 */
export function createTokenCheck (token: string): (authorization: string | undefined) => boolean {
  const expected = digest(Buffer.from(token))
  return (authorization = '') => candidates(authorization)
    .map(candidate => timingSafeEqual(digest(candidate), expected))
    .includes(true)
}
