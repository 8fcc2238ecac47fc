/** The `*` in `https://*.example.com` matches one or more subdomain labels. */
const matcherOf = (origin: string): string | RegExp => origin.includes('*.')
  ? new RegExp(`^${origin.replace(/[.*]/g, '\\$&').replace('\\*', '[a-z0-9.-]+')}$`)
  : origin

/** The origins that may read responses, in the form that @fastify/cors takes. */
export function allowedOrigins (configured: string | readonly string[]): '*' | (string | RegExp)[] {
  const origins = [configured].flat()
  return origins.includes('*') ? '*' : origins.map(matcherOf)
}

/** `Access-Control-Allow-Origin` if it is the same for every request, otherwise null. */
export function originOfAll (configured: string | readonly string[]): string | null {
  const origins = allowedOrigins(configured)
  return origins === '*' ? '*' : null
}

const EXPOSED = { 'access-control-expose-headers': 'ETag, Age' }

/** Maps the `Origin` of a request to the CORS headers of its response. */
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
