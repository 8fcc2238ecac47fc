/** `https://*.example.com` as what matches every origin that it means, with any number of names in the place of `*`. */
const matcherOf = (origin: string): string | RegExp => origin.includes('*.')
  ? new RegExp(`^${origin.replace(/[.*]/g, '\\$&').replace('\\*', '[a-z0-9.-]+')}$`)
  : origin

/** Which origins may read answers: all, or those that match. */
export function allowedOrigins (configured: string | readonly string[]): '*' | (string | RegExp)[] {
  const origins = [configured].flat()
  return origins.includes('*') ? '*' : origins.map(matcherOf)
}

/** What `Access-Control-Allow-Origin` is whoever asks; null where it depends on that. */
export function originOfAll (configured: string | readonly string[]): string | null {
  const origins = allowedOrigins(configured)
  return origins === '*' ? '*' : null
}

const EXPOSED = { 'access-control-expose-headers': 'ETag, Age' }

/** The headers that let pages of the configured origins read an answer, by the origin that a request names. */
export function corsHeaders (
  configured: string | readonly string[]
): (origin: string | undefined) => Readonly<Record<string, string>> {
  const origins = allowedOrigins(configured)
  if (origins === '*') {
    const headers = { 'access-control-allow-origin': '*', ...EXPOSED }
    return () => headers
  }
  return origin => {
    const isAllowed = origin !== undefined &&
      origins.some(allowed => typeof allowed === 'string' ? allowed === origin : allowed.test(origin))
    return { vary: 'Origin', ...isAllowed && { 'access-control-allow-origin': origin, ...EXPOSED } }
  }
}
