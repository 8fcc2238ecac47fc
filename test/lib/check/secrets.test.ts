import { chmodSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { checkSecrets } from '../../../lib/check/secrets.ts'
import { folder } from '../../support/folder.ts'

const LONG = 'a-token-of-21-letters'

async function check (env: NodeJS.ProcessEnv, token: string | null, isSkipped = false, cwd = '/') {
  const found = { problems: [], warnings: [] }
  const source = await checkSecrets({ env, cwd }, { token, tokens: [], isSkipped }, found)
  t.strictSame(found.problems, [])
  if (token !== null) t.notMatch(JSON.stringify(found), token)
  return { source, warnings: found.warnings }
}

t.test('says where the token comes from', async t => {
  t.strictSame(await check({ SECRET: LONG }, LONG), { source: 'SECRET', warnings: [] })
  t.strictSame(await check({ SECRET: '' }, LONG), { source: 'auth.token', warnings: [] })
})

t.test('warns about a token that each start generates', async t => {
  t.match(await check({}, null), { source: null, warnings: [/^each start makes another token: set SECRET/] })
})

t.test('warns about a short token', async t => {
  t.match(await check({ SECRET: 'short' }, 'short'), { warnings: ['SECRET: the token has fewer than 16 characters'] })
  t.match(await check({}, 'short'), { warnings: ['auth.token: the token has fewer than 16 characters'] })
})

t.test('warns about SKIP_AUTH, and not about the token that is not used', async t => {
  t.strictSame(await check({}, null, true), { source: null, warnings: ['SKIP_AUTH: requests need no token'] })
})

t.test('warns about a SECRET_FILE that other users can read', async t => {
  const cwd = folder(t)
  const file = join(cwd, 'secret')
  writeFileSync(file, LONG, { mode: 0o600 })
  chmodSync(file, 0o640)
  const env = { SECRET_FILE: 'secret' }
  t.strictSame(await check(env, LONG, false, cwd), { source: 'SECRET_FILE', warnings: [] })
  chmodSync(file, 0o644)
  const warnings = [`SECRET_FILE: other users can access ${file}: chmod o= ${file}`]
  t.strictSame(await check(env, LONG, false, cwd), { source: 'SECRET_FILE', warnings })
})

t.test('says if only auth.tokens contains tokens', async t => {
  const found = { problems: [], warnings: [] }
  const auth = { token: null, tokens: [{ name: 'a', sha256: 'ab', scopes: ['stats'] as const }], isSkipped: false }
  t.equal(await checkSecrets({ env: {}, cwd: '/' }, auth, found), 'auth.tokens')
  t.strictSame(found, { problems: [], warnings: [] })
})
