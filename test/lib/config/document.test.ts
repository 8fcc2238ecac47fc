/* eslint no-template-curly-in-string: off -- the configuration has such variables of its own */
import t from 'tap'
import { readDocument, type ConfigDocument } from '../../../lib/config/document.ts'
import { loadYaml, problemsOf } from '../../support/load.ts'

const read = (source: string, env: NodeJS.ProcessEnv = {}): ConfigDocument => readDocument(source, 'dockstat.yaml', env)
const message = 'is wrong'

/** What has a value; empty keys are undefined. */
const valuesOf = (source: string) => JSON.parse(JSON.stringify(read(source).data))

t.test('keeps all scalars as text with their digits', async t => {
  const { data, problems } = read('a: 0123\nb: 1.40\nc: 0x10\nd: yes\ne: 2024-01-01\nf: "null"\ng: \'~\'\nh: [1, ~]\n')
  t.strictSame(problems, [])
  t.strictSame(data, {
    a: '0123', b: '1.40', c: '0x10', d: 'yes', e: '2024-01-01', f: 'null', g: '~', h: ['1', '~']
  })
})

t.test('treats an empty value like a missing key', async t => {
  const sources = [
    '', '# nothing\n', '---\n', '---\n# nothing\n', 'null', '~',
    'a:\n', 'a: # later\n', 'a: ~\n', 'a: null\n', 'a: NULL\n', '{a}', '? a\n'
  ]
  for (const source of sources) {
    t.strictSame(valuesOf(source), {}, JSON.stringify(source))
  }
  t.strictSame(valuesOf('a: {b: , c: 1}\n'), { a: { c: '1' } })
  t.strictSame(read('a: ""\n').data, { a: '' }, 'quotes make it text')
  t.strictSame(read('a: &anchor\n').data, { a: '' }, 'so does an anchor, because it may be unquoted text')
})

t.test('replaces every variable in values, and only there', async t => {
  const env = { HOST: 'nas', PORT: '99', EMPTY: '' }
  const source = '# ${NOT_SET}\na: tcp://${HOST}:${PORT}${EMPTY}\nb: ["${HOST}", $$HOST, "$${}", "${NO:-x}"]\n'
  const { data, problems } = read(source, env)
  t.strictSame(problems, [])
  t.strictSame(data, { a: 'tcp://nas:99', b: ['nas', '$HOST', '${}', 'x'] })
  t.strictSame(read('a: ${X}', { X: '${X} *b #c' }).data, { a: '${X} *b #c' }, 'the value is not parsed as YAML')
})

t.test('reports unset variables with their position', async t => {
  const source = 'auth:\n  token: ${A}\nhosts:\n  nas: { url: "${B}:${C}" }\nb: 1\nd: [x, "${D}"]\n'
  const document = read(source, { C: '1' })
  t.strictSame(document.problems, [
    'dockstat.yaml:2:10: auth.token: the environment variable A is not set',
    'dockstat.yaml:4:15: hosts.nas.url: the environment variable B is not set',
    'dockstat.yaml:6:8: d: the environment variable D is not set'
  ])
  t.strictSame([...document.unset], ['auth.token', 'hosts.nas.url', 'd'])
  t.match(document.data, { b: '1' }, 'the rest can still be checked')
})

t.test('reports invalid variables in values and variables in keys', async t => {
  const { problems, unset } = read('a: $HOST\nb:\n  ${HOST}: 1\n  c: [x, "${env:HOST}"]\n', { HOST: 'nas' })
  t.match(problems, [
    /^dockstat\.yaml:1:4: a: this is not a valid variable: /,
    'dockstat.yaml:3:3: b.${HOST}: variables are replaced in values, not in keys',
    /^dockstat\.yaml:4:10: b\.c: this is not a valid variable/
  ])
  t.strictSame([...unset], ['a', 'b.${HOST}', 'b.c'])
})

t.test('merges maps like Compose files', async t => {
  const source = 'x: &x { url: one, port: 1 }\ny: &y { port: 2, context: c }\nhosts:\n' +
    '  a:\n    <<: *x\n    port: 3\n  b: { <<: [*y, *x] }\n' +
    '  c: { <<: { url: inline } }\n  <<: { d: { url: last } }\n'
  const document = read(source)
  t.strictSame(document.problems, [])
  t.match(document.data, {
    hosts: {
      a: { url: 'one', port: '3' },
      b: { url: 'one', port: '2', context: 'c' },
      c: { url: 'inline' },
      d: { url: 'last' }
    }
  })
  t.strictSame(document.keys('hosts'), ['a', 'b', 'c', 'd'])
  const violation = { path: ['hosts', 'b', 'url'], at: 'value', message, isPublic: true } as const
  t.equal(document.describe(violation), 'dockstat.yaml:1:14: hosts.b.url: is wrong, got "one"', 'where it stands')
  for (const wrong of ['a: &a 1\nb: {<<: *a}', 'b: {<<: 5}', 'b: {<<: [{a: 1}, 2]}']) {
    t.match(read(wrong).problems, [/^dockstat\.yaml:\d:\d: << needs a map, such as \*name, or a list of maps$/], wrong)
  }
  t.strictSame(read('"<<": 1').data, { '<<': '1' }, 'quotes make it an ordinary key')
})

t.test('keeps hosts that have only a name', async t => {
  t.strictSame(read('hosts:\n  nas:\n  pi: ~\n').data, { hosts: { nas: {}, pi: {} } })
  t.strictSame(valuesOf('hosts:\n'), {})
  t.strictSame(valuesOf('hosts: { nas: { url: } }\n'), { hosts: { nas: {} } })
})

t.test('reports YAML errors with their line', async t => {
  const cases = [
    ['a: [1\n', ['2:1: Flow sequence in block collection must be sufficiently indented and end with a ]']],
    ['a: "x\n', ['2:1: Missing closing "quote']],
    ['a: 1\na: 2\n', ['2:1: a: duplicate key; it is already set at dockstat.yaml:1:1']],
    ['a:\n\na: 2\n', ['3:1: a: duplicate key; it is already set at dockstat.yaml:1:1']],
    ['a:\n b:\n b:\n c: 1\n c: 2', [
      '3:2: a.b: duplicate key; it is already set at dockstat.yaml:2:2',
      '5:2: a.c: duplicate key; it is already set at dockstat.yaml:4:2'
    ]],
    ['a: {b:c, d: , e, "f:g", h: i}', ['1:5: a key needs a colon and a space after it']],
    ['{a 1}', ['1:2: a key needs a colon and a space after it']],
    ['a:\n b: {c: 1, d: 2, c: 3}', ['2:18: a.b.c: duplicate key; it is already set at dockstat.yaml:2:6']],
    ['a:\n\tb: 1\n', ['2:1: Tabs are not allowed as indentation']],
    ['a: 1\n---\na: 2\n', ['2:1: only one document is allowed; remove the second ---']],
    ['a: 1\nb: {[x]: 1}\n', ['2:5: a key must be text']],
    ['a: 1\nb: *x\n', ['2:4: no anchor with this name is defined above; quote text that starts with *']],
    ['a: 1\nb: !x y\n', ['2:4: quote text that starts with !; YAML tags are not supported']],
    ['a: @x\nb: `x\n', [
      '1:4: Plain value cannot start with reserved character @',
      '2:4: Plain value cannot start with reserved character `'
    ]]
  ] as const
  for (const [source, expected] of cases) {
    const { problems, data } = read(source)
    t.strictSame(problems, expected.map(line => `dockstat.yaml:${line}`))
    t.equal(data, null)
  }
})

t.test('never quotes an invalid file, because the text may be a token', async t => {
  const values = [
    '*HUNTER2', '!HUNTER2', '!HUNTER2!', '!<HUNTER2', '!!HUNTER2 x', '!h!HUNTER2 x', '|HUNTER2', '>HUNTER2', '@HUNTER2',
    '%HUNTER2', '&a *HUNTER2', '*a *HUNTER2', '"\\xHUNTER2"', '"\\UHUNTER2"', '"HUNTER2', '"a" HUNTER2', '[HUNTER2',
    '{HUNTER2', '{a: b} HUNTER2', 'a: HUNTER2', '- HUNTER2', ', HUNTER2', 'a\nHUNTER2', 'a\n} HUNTER2', 'a\n] HUNTER2'
  ]
  for (const value of values) {
    const { problems } = read(`auth:\n  token: ${value}\n`)
    t.not(problems.length, 0, value)
    t.notMatch(problems.join('\n'), /HU|NTER2/i, value)
  }
})

t.test('describes a violation with its position and the value', async t => {
  const document = read('a:\n  b: abc\n  c: [x, {d: 1}]\n  e: {f: "q\\"r"}\n  g: tcp://u:p@h\n')
  const cases = [
    [['a', 'b'], 'value', '2:6: a.b: is wrong, got "abc"'],
    [['a', 'b'], 'key', '2:3: a.b: is wrong, got "b"'],
    [['a', 'c'], 'value', '3:6: a.c: is wrong, got a list'],
    [['a', 'c', '0'], 'value', '3:7: a.c.0: is wrong, got "x"'],
    [['a', 'c', '1', 'd'], 'value', '3:14: a.c.1.d: is wrong, got "1"'],
    [['a', 'e'], 'value', '4:6: a.e: is wrong, got a map'],
    [['a', 'e', 'f'], 'value', '4:10: a.e.f: is wrong, got "q\\"r"'],
    [['a', 'g'], 'value', '5:6: a.g: is wrong, got "tcp://***@h"'],
    [[], 'value', '1:1: is wrong, got a map']
  ] as const
  for (const [path, at, expected] of cases) {
    t.equal(document.describe({ path, at, message, isPublic: true }), `dockstat.yaml:${expected}`)
  }
})

t.test('describes a missing value at the nearest existing key', async t => {
  const document = read('a:\n  b:\n    c: 1\n')
  const at = 'key'
  const nested = document.describe({ path: ['a', 'b', 'x'], at, message, isPublic: false })
  t.equal(nested, 'dockstat.yaml:2:3: a.b.x: is wrong')
  const inText = document.describe({ path: ['a', 'b', 'c', 'x'], at, message, isPublic: false })
  t.equal(inText, 'dockstat.yaml:3:5: a.b.c.x: is wrong')
  const outermost = document.describe({ path: ['x', 'y'], at, message, isPublic: false })
  t.equal(outermost, 'dockstat.yaml:1:1: x.y: is wrong')
})

t.test('shows neither a secret nor the value of an alias', async t => {
  const document = read('auth: {token: &t hunter2}\nmintimeout: *t\n')
  const secret = document.describe({ path: ['auth', 'token'], at: 'value', message, isPublic: false })
  t.equal(secret, 'dockstat.yaml:1:18: auth.token: is wrong')
  const alias = document.describe({ path: ['mintimeout'], at: 'value', message, isPublic: true })
  t.equal(alias, 'dockstat.yaml:2:13: mintimeout: is wrong, got *t')
})

t.test('quotes the text of the file, not of the environment', async t => {
  const document = read('url: ssh://${X}\n', { X: 'hunter2' })
  const line = document.describe({ path: ['url'], at: 'value', message, isPublic: true })
  t.equal(line, 'dockstat.yaml:1:6: url: is wrong, got "ssh://${X}"')
})

t.test('returns keys in file order', async t => {
  const document = read('hosts: {"20": a, 3: b, zed: c, 1: d, gone: }\nx: y\n')
  t.strictSame(document.keys('hosts'), ['20', '3', 'zed', '1', 'gone'])
  t.strictSame(document.keys('x'), [])
  t.strictSame(document.keys('nothing'), [])
  t.strictSame(read('').keys('hosts'), [])
})

t.test('masks the value at a path in every notation', async t => {
  const cases = [
    ['auth:\n  token: hunter2 # mine\n', 'auth:\n  token: ****** # mine\n'],
    ['auth: {token: "hunter\\x32"}\n', 'auth: {token: ******}\n'],
    ['auth: {token: \'hunter2\'}\n', 'auth: {token: ******}\n'],
    ['auth:\n  token: |-\n    hunter2\nb: 1\n', 'auth:\n  token: ******\nb: 1\n'],
    ['auth:\n  token: >-\n    hunter2\n\nb: 1\n', 'auth:\n  token: ******\n\nb: 1\n'],
    ['auth: {token: &t hunter2}\nb: *t\n', 'auth: {token: &t ******}\nb: *t\n'],
    ['b: &t "hunter\\x32"\nauth: {token: *t}\n', 'b: &t ******\nauth: {token: *t}\n'],
    ['auth:\n  token: ${TOKEN}\n', 'auth:\n  token: ******\n']
  ] as const
  for (const [source, expected] of cases) {
    const document = read(source, { TOKEN: 'hunter2' })
    t.match(document.data, { auth: { token: 'hunter2' } })
    t.equal(document.masked([['auth', 'token']], []), expected)
  }
})

t.test('does not change the text if there is no value at the path', async t => {
  const sources = [
    '', 'a: 1\n', 'auth:\n  token: # none\nb: 1\n', 'auth: {}\n', 'auth:\n', 'auth: text\n', 'auth: [token]\n'
  ]
  for (const source of sources) t.equal(read(source).masked([['auth', 'token']], []), source)
})

t.test('masks all occurrences of the secrets', async t => {
  const source = '# hunter2, was hunter1\nauth: {token: hunter2}\nlink: https://x/?t=hunter2&u=hunter2\n'
  t.equal(read(source).masked([['auth', 'token']], ['hunter2', 'hunter1']),
    '# ******, was ******\nauth: {token: ******}\nlink: https://x/?t=******&u=******\n')
})

t.test('reports exponentially growing aliases', async t => {
  const bomb = ['a: &a [x,x,x,x,x,x,x,x,x]', ...'bcdef'.split('').map((key, index) => {
    const before = `*${'abcde'[index]}`
    return `${key}: &${key} [${Array(9).fill(before).join(',')}]`
  })].join('\n')
  t.match(readDocument(bomb, 'x.yaml', {}).problems, [/^x\.yaml:1:1: Excessive alias count/])
})

t.test('reports a key with line breaks on one line', async t => {
  const [problem] = await problemsOf(t, loadYaml(t, String.raw`{ tags: {}, "a\u2028b": 1 }`))
  t.match(problem, String.raw`dockstat.yaml:1:13: a\u2028b: unknown key.`)
  const [other] = await problemsOf(t, loadYaml(t, String.raw`{ tags: {}, "a\nb\e[1m": 1 }`))
  t.match(other, 'dockstat.yaml:1:13: …: unknown key.')
})

t.test('hides what a key has swallowed, because that can be a secret', async t => {
  const sources = [
    '"auth: { token: hunter2 }\nmintimeout": 1', '{auth: { token: hunter2 }}: 1', '? [hunter2]\n: 1',
    '? {hunter2: 1}\n: 1', '{ auth: { token: hunter2 }, tags: { a: 1, a: 2 } }: 1', "'auth: ${hunter2}': 1",
    '{ "token":"hunter2", a: 1, a: 2 }: 1', 'auth: {token:hunter2,token:hunter2}', 'auth: {token hunter2}',
    'mintimeout: |\n 5000\n auth: { token: hunter2 }', 'mintimeout: "5000\n auth: { token: hunter2 }"',
    'token: [hun\nter2 a:\n b: 1\n b: 1',
    'auth:\n token: - hunter2\n token: - hunter2\n', 'a:\r\r\n${T:-hunter2}: 1\n${T:-hunter2}: 1'
  ]
  for (const yaml of sources) {
    const problems = await problemsOf(t, loadYaml(t, yaml))
    t.notMatch(problems.join(), 'ter2', yaml)
    t.match(problems[0], /^dockstat\.yaml:[12]:\d+: /)
  }
})
