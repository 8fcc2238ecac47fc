import { forgetToken, token } from './settings.ts'

/** The service refused the token, or wants one. */
export class Refused extends Error {}

/** Another answer than 200. */
export class Failed extends Error {}

const authorization = (): Record<string, string> => token.value === null ? {} : { Authorization: token.value }

/**
 * Asks the service, without credentials of the browser, which would ask for them itself. Paths are relative, so that
 * the page works below any path of a proxy.
 * @throws Refused, Failed, or TypeError if the service cannot be reached
 */
export async function ask (path: string, init: RequestInit = {}): Promise<Response> {
  const headers = { ...authorization(), ...init.headers }
  const response = await fetch(path, { ...init, credentials: 'omit', headers })
  if (response.ok) return response
  const { message = response.statusText } = await response.json().catch(() => ({}))
  if (response.status === 401) {
    const wasGiven = token.value !== null
    forgetToken()
    throw new Refused(wasGiven ? 'The service does not know this token.' : '')
  }
  if (response.status === 429 || response.status === 403) throw new Refused(message)
  throw new Failed(message)
}

export const askJson = async <T>(path: string, signal: AbortSignal | null = null): Promise<T> =>
  (await ask(path, { signal })).json()
