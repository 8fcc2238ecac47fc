export interface Address {
  scheme: string
  /** `https://host:port`, or `http://…` if the scheme ends in `+http`. Throws if the host is not valid. */
  origin (): string
  /** As it is written, because it can be an ID. */
  host: string
  user: string
  password: string
  /** Non-empty parts of the path. */
  path: readonly string[]
  query: URLSearchParams
  /** The URL as it is written. */
  text: string
}

/** The URL of a target is not valid. The message says what it must be, and never contains it. */
export class AddressError extends Error {}

const FORM = /^([a-z]+)(\+http)?:\/\//i

function decoded (text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    throw new AddressError('must be a URL whose % signs are encoded as %25')
  }
}

/** @param text a URL with any scheme; `<scheme>+http` means without TLS */
export function parseAddress (text: string): Address {
  const [, scheme = '', isPlain] = FORM.exec(text) ?? []
  if (scheme === '' || !URL.canParse(text)) throw new AddressError('must be a URL')
  const { host, username, password, pathname, searchParams } = new URL(text)
  const protocol = isPlain || scheme.toLowerCase() === 'http' ? 'http' : 'https'
  return {
    scheme: scheme.toLowerCase(),
    origin () {
      const url = `${protocol}://${host}`
      if (host === '' || !URL.canParse(url)) throw new AddressError('must contain a valid host')
      return new URL(url).origin
    },
    host,
    user: decoded(username),
    password: decoded(password),
    path: pathname.split('/').filter(Boolean).map(decoded),
    query: searchParams,
    text
  }
}

/** The header for the user in an address; none without one. */
export function basicAuth ({ user, password }: Address): Record<string, string> {
  if (user === '' && password === '') return {}
  return { authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}` }
}

export const pathOf = (...parts: readonly string[]): string =>
  parts.map(part => `/${encodeURIComponent(part)}`).join('')

const MASK = '******'
/** Shorter parts, such as `v2`, are no secrets, and masking them would make a text unreadable. */
const SHORTEST = 6

/** Replaces everything in a text that may be secret in the URL of a target, as it is written there or decoded. */
export function maskAddress (text: string, url: string): string {
  const { username, password, host, pathname, search, searchParams } = new URL(url)
  const encoded = [username, password, ...pathname.split('/')]
  const id = host.includes('.') ? [] : [host]
  const parts = [url, pathname + search, ...id, ...encoded, ...encoded.map(decoded), ...searchParams.values()]
  const secrets = parts.filter(({ length }) => length >= SHORTEST).sort((a, b) => b.length - a.length)
  return secrets.reduce((masked, secret) => masked.replaceAll(secret, MASK), text)
}
