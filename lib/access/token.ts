import { hash, timingSafeEqual } from 'node:crypto'
import { memoizeText } from '../memoize.ts'
import { accessOf, FULL, type Access, type TokenEntry } from './access.ts'

const digest = (bytes: Buffer) => hash('sha256', bytes, 'buffer')

interface Key {
  digest: Buffer
  access: Access
}

/** The forms in which clients send a token: curl encodes it as UTF-8; browsers and Python as Latin-1 if possible. */
function keysOfSecret (secret: string): Key[] {
  const forms = [Buffer.from(secret), Buffer.from(secret, 'latin1')]
  return forms.filter((form, index) => index === 0 || form.toString('latin1') === secret)
    .map(form => ({ digest: digest(form), access: FULL }))
}

const keyOf = (entry: TokenEntry): Key => ({ digest: Buffer.from(entry.sha256, 'hex'), access: accessOf(entry) })

/** The possible tokens in an `Authorization` header: the raw value, a Bearer token or a Basic password. */
function candidates (authorization: string): Buffer[] {
  const whole = Buffer.from(authorization, 'latin1') // as node:http decodes header bytes
  const [, scheme = '', credentials = ''] = /^(\w+) +([^ \t]+)$/.exec(authorization) ?? []
  if (scheme.toLowerCase() === 'bearer') return [whole, Buffer.from(credentials, 'latin1')]
  if (scheme.toLowerCase() !== 'basic') return [whole]
  const login = Buffer.from(credentials, 'base64')
  return [whole, login.subarray(login.indexOf(':') + 1)]
}

/**
 * Creates a function that returns what an `Authorization` header gives access to; null if nothing. It compares digests,
 * all of them, so it takes the same time for any token. Results are cached by header; V8 seeds string hashes randomly,
 * so the time of a lookup reveals nothing.
 * @param secret a token for everything; null if there is none
 */
export function createTokenCheck (
  secret: string | null, entries: readonly TokenEntry[] = []
): (authorization: string | undefined) => Access | null {
  const keys = [...secret === null ? [] : keysOfSecret(secret), ...entries.map(keyOf)]
  return memoizeText(authorization => {
    const given = candidates(authorization).filter(({ length }) => length > 0).map(digest)
    const valid = keys.filter(key => given.map(other => timingSafeEqual(other, key.digest)).includes(true))
    return valid[0]?.access ?? null
  })
}
