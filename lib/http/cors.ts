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

/** The headers that let a page of this origin read an answer which no plugin has passed. */
export function corsHeaders (
  origin: string | undefined, configured: string | readonly string[]
): Record<string, string> {
  const origins = allowedOrigins(configured)
  if (origins === '*') return { 'access-control-allow-origin': '*' }
  const isAllowed = origin !== undefined &&
    origins.some(allowed => typeof allowed === 'string' ? allowed === origin : allowed.test(origin))
  return { vary: 'Origin', ...isAllowed && { 'access-control-allow-origin': origin } }
}
