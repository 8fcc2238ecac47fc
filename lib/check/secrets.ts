import { stat } from 'node:fs/promises'
import { resolve } from 'node:path'
import type { Config, ConfigSource } from '../config/config.ts'
import type { Findings } from './certificates.ts'

/** Shorter tokens can be guessed. */
const SHORTEST = 16

/** Permissions of users who are neither the owner of a file nor in its group. */
const OTHERS = 0o007

/** Where the token comes from; null if there is none. */
export type TokenSource = 'SECRET' | 'SECRET_FILE' | 'auth.token' | 'auth.tokens' | null

type Tokens = Pick<Config['auth'], 'token' | 'tokens'>

function sourceOf ({ SECRET, SECRET_FILE }: NodeJS.ProcessEnv, { token, tokens }: Tokens): TokenSource {
  if (SECRET) return 'SECRET'
  if (SECRET_FILE) return 'SECRET_FILE'
  if (token !== null) return 'auth.token'
  return tokens.length > 0 ? 'auth.tokens' : null
}

/** Finds where the token of a valid configuration comes from, and adds what is unsafe about it to `found`. */
export async function checkSecrets (
  { env, cwd }: ConfigSource, auth: Config['auth'], { warnings }: Findings
): Promise<TokenSource> {
  const { token, isSkipped } = auth
  const source = sourceOf(env, auth)
  if (isSkipped) warnings.push('SKIP_AUTH: requests need no token')
  else if (source === null) warnings.push('each start makes another token: set SECRET, SECRET_FILE or auth.token')
  else if (token !== null && token.length < SHORTEST) {
    warnings.push(`${source}: the token has fewer than ${SHORTEST} characters`)
  }
  if (source === 'SECRET_FILE') {
    const file = resolve(cwd, String(env.SECRET_FILE))
    const { mode } = await stat(file)
    if (mode & OTHERS) warnings.push(`SECRET_FILE: other users can access ${file}: chmod o= ${file}`)
  }
  return source
}
