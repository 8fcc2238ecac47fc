import { forgetToken, token } from './settings.ts'

/** The service refused the token, or wants one. */
export class Refused extends Error {}

/** Another answer than 200. */
export class Failed extends Error {}

/** As UTF-8, because `fetch` allows no other characters in headers than those of Latin-1. */
const authorization = (token: string | null): Record<string, string> =>
  token === null ? {} : { Authorization: String.fromCharCode(...new TextEncoder().encode(token)) }

/**
 * Asks the service, without credentials of the browser, which would ask for them itself. Paths are relative, so that
 * the page works below any path of a proxy.
 * @throws Refused, Failed, or TypeError if the service cannot be reached
 */
export async function ask (path: string, init: RequestInit = {}): Promise<Response> {
  const sent = token.value
  const headers = { ...authorization(sent), ...init.headers }
  const response = await fetch(path, { ...init, credentials: 'omit', headers })
  const { ok, status, statusText } = response
  if (ok) return response
  const { message = statusText || `The service answered with ${status}.` } = await response.json().catch(() => ({}))
  if (status === 401 || status === 429) {
    forgetToken(sent)
    if (status === 429) throw new Refused(message)
    throw new Refused(sent === null ? '' : 'The service does not know this token.')
  }
  if (status === 403) throw new Refused(message)
  throw new Failed(message)
}

export const askJson = async <T>(path: string, signal: AbortSignal | null = null): Promise<T> =>
  (await ask(path, { signal })).json()
