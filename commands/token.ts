import { newToken } from '../lib/access/new-token.ts'

/** The text that shows a new token, once, and its entry for the configuration file. */
export function token (name: string): string {
  const { token, entry } = newToken(name)
  return `This token is shown only now; clients send it as "Authorization: Bearer <token>":

  ${token}

Its entry for the configuration file:

${entry}`
}
