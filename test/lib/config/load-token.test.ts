/* eslint no-template-curly-in-string: off -- the configuration has such variables of its own */
import t from 'tap'
import { load, loadYaml, problemsOf } from '../../support/load.ts'

t.test('takes the token from SECRET, SECRET_FILE or the configuration file', async t => {
  const files = { 'dockstat.yaml': 'auth: {token: "${TOKEN}"}\n', secret: '  from-file\n' }
  const TOKEN = 'from-yaml'
  const tokenOf = async (env: NodeJS.ProcessEnv) => (await load(t, { files, env: { TOKEN, ...env } })).auth.token
  t.equal(await tokenOf({}), 'from-yaml')
  t.equal(await tokenOf({ SECRET: 'from-env' }), 'from-env')
  t.equal(await tokenOf({ SECRET_FILE: 'secret' }), 'from-file')
  t.equal(await tokenOf({ SECRET: '', SECRET_FILE: 'secret' }), 'from-file')
})

t.test('reports an unusable token without showing it', async t => {
  const files = { secret: 'hunter2\nhunter3\n', empty: '\n', 'dockstat.yaml': '' }
  const both = { SECRET: 'hunter2', SECRET_FILE: 'empty' }
  const expected = 'must be non-empty text without spaces or line breaks'
  const cases = [
    [{ SECRET_FILE: 'absent' }, '', [/^SECRET_FILE: cannot be read \(ENOENT/]],
    [{ SECRET_FILE: '.' }, '', [/^SECRET_FILE: cannot be read \(EISDIR/]],
    [{ SECRET_FILE: 'secret' }, '', [`SECRET_FILE: the token in the file ${expected}`]],
    [{ SECRET_FILE: 'empty' }, '', [`SECRET_FILE: the token in the file ${expected}`]],
    [both, '', [/^SECRET_FILE: the token in the file/, 'SECRET, SECRET_FILE: cannot both be set; unset one']],
    [{ SECRET: 'hunter2 hunter2' }, '', [`SECRET: ${expected}`]],
    [{}, 'auth: {token: hunter2 hunter2}', [`dockstat.yaml:1:15: auth.token: ${expected}`]],
    [{}, 'auth: {token: ""}', [`dockstat.yaml:1:15: auth.token: ${expected}`]],
    [{ T: '' }, 'auth: {token: "${T}"}', [`dockstat.yaml:1:15: auth.token: ${expected}`]],
    [{ T: 'hunter2\n' }, 'auth: {token: "${T}"}', [`dockstat.yaml:1:15: auth.token: ${expected}`]],
    [{}, 'auth: {token: "${T}"}', ['dockstat.yaml:1:15: auth.token: the environment variable T is not set']],
    [{}, 'auth: {token: [hunter2]}', [`dockstat.yaml:1:15: auth.token: ${expected}`]],
    [{}, 'auth: hunter2', ['dockstat.yaml:1:7: auth: must be a map of keys to values']],
    [{}, 'auth: {secret: hunter2}', ['dockstat.yaml:1:8: auth.secret: unknown key. Allowed: token']],
    [{}, 'token: hunter2', [/^dockstat\.yaml:1:1: token: unknown key\. Allowed: /]],
    [{}, 'auth: {token: &t hunter2}\nmintimeout: *t', [/^dockstat\.yaml:2:13: mintimeout: .*, got \*t$/]],
    [{}, 'auth: {token: *hunter2}', [/^dockstat\.yaml:1:15: no anchor with this name/]]
  ] as const
  for (const [env, yaml, complaints] of cases) {
    const problems = await problemsOf(t, load(t, { files: { ...files, 'dockstat.yaml': yaml }, env }))
    t.match(problems, complaints)
    t.equal(problems.length, complaints.length)
    t.notMatch(problems.join('\n'), /hunter/)
  }
})

t.test('masks the token everywhere in the text', async t => {
  const TOKEN = 'hunter2'
  const cases = [
    ['auth: {token: hunter2} # not hunter2!\n', {}, 'auth: {token: ******} # not ******!\n'],
    ['auth:\n  token: "hunter\\x32"\n', {}, 'auth:\n  token: ******\n'],
    ['auth: {token: "${TOKEN}"}\n# hunter2\n', { TOKEN }, 'auth: {token: ******}\n# ******\n'],
    ['tags: {a: &t "hunter\\x32"}\nauth: {token: *t}\n', {}, 'tags: {a: &t ******}\nauth: {token: *t}\n'],
    ['# hunter2\nauth: {token: old}\n# old\n', { SECRET: TOKEN }, '# ******\nauth: {token: ******}\n# ******\n'],
    ['# hunter2\n', { SECRET_FILE: 'secret' }, '# ******\n'],
    ['container: {a: {link: "https://x/?t=hunter2"}}\n', { SECRET: TOKEN },
      'container: {a: {link: "https://x/?t=******"}}\n']
  ] as const
  for (const [yaml, env, expected] of cases) {
    t.equal((await load(t, { files: { 'dockstat.yaml': yaml, secret: TOKEN }, env })).text, expected)
  }
})

t.test('returns the unchanged text, including comments, if no token is configured', async t => {
  const yaml = '# mine\nauth:\n  token: # none yet\n\ncors:\n  origin: "*"\n'
  t.equal((await loadYaml(t, yaml)).text, yaml)
  t.equal((await loadYaml(t, 'mintimeout: ${MS} # ${MS}\n', { MS: '700' })).text, 'mintimeout: ${MS} # ${MS}\n')
})
