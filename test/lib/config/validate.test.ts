import t from 'tap'
import { createCheck, isToken, shown } from '../../../lib/config/validate.ts'

const schema = {
  type: 'object',
  additionalProperties: false,
  required: ['name'],
  properties: {
    name: { type: 'string' },
    count: { type: 'integer', minimum: 1, maximum: 9, default: 3 },
    isOn: { type: 'boolean', default: false },
    level: { enum: ['low', 'high'], default: 'low' },
    secret: { type: 'string', writeOnly: true, format: 'token' },
    origin: { type: ['string', 'array'], format: 'origin', items: { type: 'string', format: 'origin' } },
    engine: {
      type: 'object',
      onePort: true,
      properties: {
        url: { type: 'string', format: 'engine-url' },
        port: { type: 'integer', minimum: 1, maximum: 65535 }
      }
    },
    notes: { type: 'object', propertyNames: { format: 'exact-name' }, additionalProperties: { type: 'string' } },
    file: { type: 'string', format: 'log-file' }
  }
}
const check = createCheck<Record<string, unknown>>(schema)

/** The violations in the data, as `path: message`. */
function complaints (data: object): string[] {
  const result = check(data)
  return 'data' in result ? [] : result.violations.map(({ path, message }) => `${path.join('.')}: ${message}`)
}

const logFile = 'the path of a file, or none to disable the log file; each name in the path ' +
  'can have at most 240 bytes, without control characters or any of < > " | ? * : \\'

t.test('coerces text to numbers and booleans and fills in defaults', async t => {
  t.strictSame(check({ name: 'x', count: '7', isOn: 'true', level: 'high' }), {
    data: { name: 'x', count: 7, isOn: true, level: 'high' }
  })
  t.strictSame(check({ name: '0123' }), { data: { name: '0123', count: 3, isOn: false, level: 'low' } })
})

t.test('says what is wrong with a value and what is allowed', async t => {
  const integer = 'count: must be an integer from 1 to 9'
  const origin = 'must be an origin such as https://example.com or https://*.example.com ' +
    '(without a path or trailing slash), a list of them, or *'
  const cases = [
    [{ count: 'abc' }, integer],
    [{ count: '0' }, integer],
    [{ count: '10' }, integer],
    [{ count: '1.5' }, integer],
    [{ count: '' }, integer],
    [{ count: [1] }, integer],
    [{ isOn: 'yes' }, 'isOn: must be true or false'],
    [{ level: 'medium' }, 'level: must be one of low, high'],
    [{ name: {} }, 'name: must be text'],
    [{ notes: 'x' }, 'notes: must be a map of keys to values'],
    [{ notes: { 'a/b~c': [] } }, 'notes.a/b~c: must be text'],
    [{ notes: { 'web*': 'x' } }, 'notes.web*: must be an exact name; wildcards are not supported here'],
    ...['', '/dev/null', '/tmp/../dev/null', 'logs/', '..', '12:00.log', 'a\0b', 'a\\b', 'é'.repeat(121)].map(file =>
      [{ file }, `file: must be ${logFile}`] as const),
    [{ secret: 'two words' }, 'secret: must be non-empty text without spaces or line breaks'],
    [{ origin: 'https://example.com/' }, `origin: ${origin}`],
    [{ origin: 'example.com' }, `origin: ${origin}`],
    [{ origin: 'https://*' }, `origin: ${origin}`],
    [{ origin: 'https://a.*.example.com' }, `origin: ${origin}`],
    [{ origin: 'https://*.*.example.com' }, `origin: ${origin}`],
    [{ origin: '*://a.example.com' }, `origin: ${origin}`],
    [{ origin: ['*', 'https://example.com/path'] }, `origin.1: ${origin}`],
    [{ engine: { url: 'ftp://nas' } }, 'engine.url: must be the address of a Docker Engine, such as 192.168.1.10, ' +
      'tcp://192.168.1.10:2375, https://engine:2376, ssh://user@engine or unix:///var/run/docker.sock']
  ] as const
  for (const [wrong, expected] of cases) t.strictSame(complaints({ name: 'x', ...wrong }), [expected])
})

t.test('accepts unusual but valid values', async t => {
  const values = [
    { origin: '*' }, { origin: 'http://localhost:3000' }, { origin: 'https://*.example.com:8443' }, { origin: [] },
    { notes: {} }, { secret: 'ünï' },
    { engine: {} }, { engine: { url: 'nas', port: '2375' } }, { engine: { url: 'nas:99', port: '99' } }
  ]
  for (const value of values) t.strictSame(complaints({ name: 'x', ...value }), [], JSON.stringify(value))
})

t.test('names a missing key, and suggests a similar key for an unknown one', async t => {
  t.strictSame(complaints({}), ['name: is required'])
  const allowed = 'Allowed: name, count, isOn, level, secret, origin, engine, notes, file'
  for (const [key, nearest] of [['Name', 'name'], ['coun', 'count'], ['ison', 'isOn'], ['level2', 'level']]) {
    t.strictSame(complaints({ name: 'x', [`${key}`]: 1 }), [`${key}: unknown key. Did you mean ${nearest}? ${allowed}`])
  }
  for (const key of ['ssl', 'x', 'nome_de_plume']) {
    t.strictSame(complaints({ name: 'x', [key]: 1 }), [`${key}: unknown key. ${allowed}`])
  }
})

t.test('reports a port that contradicts the url once', async t => {
  const expected = ['engine.port: must be omitted if url contains a port or a socket']
  t.strictSame(complaints({ name: 'x', engine: { url: 'nas:99', port: '100' } }), expected)
  t.strictSame(complaints({ name: 'x', engine: { url: 'unix:///x', port: '100' } }), expected)
  t.match(complaints({ name: 'x', engine: { url: 'ftp://x', port: '100' } }), [/^engine\.url/])
  t.match(complaints({ name: 'x', engine: { url: 'nas:99', port: 'x' } }), [/^engine\.port: must be an integer/])
})

t.test('reports all violations together', async t => {
  const wrong = { cuont: 1, count: 'x', isOn: 'x', level: 'x', notes: { a: {} }, engine: { url: '', port: '0' } }
  t.strictSame(complaints(wrong).map(line => line.split(':')[0]).sort(), [
    'count', 'cuont', 'engine.port', 'engine.url', 'isOn', 'level', 'name', 'notes.a'
  ])
})

t.test('marks violations of keys, and values that must not be shown', async t => {
  const result = check({ secret: 'two words', count: 'x', unknown: 'x' })
  const violations = 'data' in result ? [] : result.violations
  t.strictSame(violations.map(({ path, at, isPublic }) => [path.join('.'), at, isPublic]).sort(), [
    ['count', 'value', true], ['name', 'key', false], ['secret', 'value', false], ['unknown', 'key', false]
  ])
  const whole = check('hunter2')
  t.match(whole, { violations: [{ path: [], message: 'must be a map of keys to values', isPublic: false }] })
})

t.test('quotes a value without user and password', async t => {
  const cases = [
    ['abc', '"abc"'],
    ['', '""'],
    ['a "b"\n', '"a \\"b\\"\\n"'],
    ['ssh://nas', '"ssh://nas"'],
    ['ssh://root:hunter2@nas', '"ssh://***@nas"'],
    ['docker+ssh://root:hunter2@nas', '"docker+ssh://***@nas"'],
    ['tcp://root:hun/ter2@nas:2375', '"tcp://***@nas:2375"'],
    ['tcp://root:hun@ter2@nas:2375', '"tcp://***@nas:2375"'],
    ['tcp://root:hun\nter2@nas', '"tcp://***@nas"'],
    ['root:hunter2@nas', '"***@nas"'],
    ['//root:hunter2@nas', '"***@nas"']
  ] as const
  for (const [value, expected] of cases) t.equal(shown(value), expected)
})

t.test('rejects tokens with spaces, line breaks or control characters', async t => {
  for (const token of ['x', '0123', 'a:b=c/d+e', 'pässwörd-🔑']) t.equal(isToken(token), true, token)
  for (const token of ['', ' ', 'a b', 'a\n', '\ta', 'a\0', 'a\u007F', 'a\u00A0b']) {
    t.equal(isToken(token), false, JSON.stringify(token))
  }
})
