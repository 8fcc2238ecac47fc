/* eslint no-template-curly-in-string: off -- the configuration has such variables of its own */
import fc from 'fast-check'
import { stringify } from 'yaml'

/** Parts of the secrets in a file or its environment. None may occur in a problem or in `/config`. */
export const MARKS = ['Zx9tokenZx9', 'Qw7urlQw7', 'Er5envEr5']
const [TOKEN, PASSWORD] = MARKS

/** The environment that the files refer to. */
export const ENV = { TOKEN: `${MARKS[2]}${MARKS[2]}`, ENGINE: 'tcp://10.0.0.9', EMPTY: '', NUMBER: '700' }

type Tree = string | number | boolean | null | Tree[] | { [key: string]: Tree }

/** Replaced by a token in one of the styles of YAML after the rest was written. */
const PLACE = 'TOKENPLACE'
const SECRET = `${TOKEN}${TOKEN}`
const VALID_TOKENS = [
  SECRET, `"${SECRET}"`, `'${SECRET}'`, `"\\x5a${SECRET.slice(1)}"`, '${TOKEN}', `"\${NONE:-${SECRET}}"`,
  `&token ${SECRET}`,
  `!!str ${SECRET}`, `${SECRET} # comment`, `"${TOKEN}\\\n ${TOKEN}"`
]
const INVALID_TOKENS = [
  `!tag ${SECRET}`, `"${TOKEN}\\n${TOKEN}"`, `${TOKEN} ${TOKEN}`, `*${SECRET}`, `"${SECRET}`, `@${SECRET}`,
  `%${SECRET}`, `[${SECRET}`, `"\\q${SECRET}"`, `{${SECRET}}`, `? ${SECRET}`, `- ${SECRET}`, `x: ${SECRET}`,
  `>\n ${SECRET}`
]

const ODD: Tree[] = [
  null, true, false, 0, -1, 1.5, 1e21, '', ' ', '~', '0x10', '1_000', '.inf', '.nan', 'no', '${NUMBER}', '${EMPTY}',
  '${NONE}', '${NONE:-x}', '${NONE:?why}', '${', '$$', '$', '*', '&a', '!x', '<<', '---', '%', 'a: b', 'ä€😀', '\ud83d',
  '\u2028', '\x07', 'tcp://[::1]:99999', 'unix://', 'ssh://-oProxyCommand=x', 'http://a b', 'x'.repeat(5000),
  '__proto__', [], {}, [[]], [{}]
]
const keys = fc.constantFrom('url', 'a', '<<', '', '${A}', 'a\nb', '1', '__proto__')
const odd: fc.Arbitrary<Tree> = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...ODD) },
  fc.string({ unit: 'binary', maxLength: 8 }),
  fc.array(fc.constantFrom(...ODD), { maxLength: 3 }),
  fc.dictionary(keys, fc.constantFrom(...ODD), { maxKeys: 3 }))

const between = (min: number, max: number) => fc.oneof(fc.integer({ min, max }), fc.constantFrom(min, max))
const some = (...values: string[]) => fc.subarray(values)
const patterns = some('web*', 'image:*/x', 'label:a', 'label:a=b*', 'x', '*')
const filter = fc.record({ include: patterns, exclude: patterns }, { requiredKeys: [] })
const milliseconds = between(100, 600_000)

const URLS = [
  '192.168.1.10', 'tcp://nas:2375', 'https://nas', 'http://nas:80/', 'ssh://me@nas', 'ssh://me@nas:22/run/x.sock',
  'unix:///var/run/docker.sock', 'unix://', '::1', '[fe80::1%eth0]:99', '${ENGINE}', '${NONE:-nas}', 'bücher.example'
]
/** None of these is valid; all contain a password. */
const SECRET_URLS = ['ssh://me:@nas', 'tcp://me:@nas:1', 'https://@nas', 'tcp://a b:@c', 'http://x:@/', 'unix://me:@/x']
  .map(url => url.replace('@', `${PASSWORD}@`))
const ported = fc.record({ url: fc.constantFrom('nas', 'tcp://10.0.0.1'), port: between(1, 65_535), filter })
const host = fc.oneof(
  { weight: 20, arbitrary: fc.record({ url: fc.constantFrom(...URLS) }) },
  { weight: 3, arbitrary: ported },
  fc.record({ url: fc.constantFrom(...URLS), port: between(1, 65_535), filter }, { requiredKeys: ['url'] }),
  fc.record({ url: fc.constantFrom(...SECRET_URLS) }),
  fc.record({ context: fc.constantFrom('default', 'edge', 'none', '') }),
  fc.record({
    url: fc.constantFrom('tcp://nas', 'https://nas:2376'),
    tls: fc.record({
      path: fc.constantFrom('certs', '/none'),
      ca: fc.constant('ca.pem'),
      cert: fc.constant('c.pem'),
      key: fc.constant('k.pem'),
      servername: fc.constant('x'),
      insecure: fc.boolean()
    }, { requiredKeys: [] })
  }))

const NAMES = ['nas', 'pi', '1', '10', 'a.b', 'ünï', 'a/b', '__proto__', 'constructor', 'a b', '"']
const named = <T> (values: fc.Arbitrary<T>) => fc.dictionary(fc.constantFrom(...NAMES), values, { maxKeys: 4 })

const origins = fc.oneof(
  fc.constantFrom('*', 'https://a.example', 'https://*.example.com', 'null'), some('*', 'http://a:1', 'https://*.b'))
const proxies = fc.oneof(
  fc.constantFrom('true', 'false', '10.0.0.0/8'), some('::1', 'fd00::/8', '127.0.0.1', '0.0.0.0/0'))
const shown = { link: fc.constant('https://x'), icon: fc.constant('y.png'), tags: fc.constant('a,b') }

const entry = fc.record({
  name: fc.constantFrom('a', 'b', 'ünï'),
  sha256: fc.constantFrom('ab', 'Cd', '01').map(digits => digits.repeat(32)),
  scopes: some('stats', 'metrics', 'config', 'docs'),
  hosts: some('nas', 'p*', '1')
}, { requiredKeys: ['name', 'sha256', 'scopes'] })

/** Valid configurations, except for some hosts, tokens and certificates. */
const valid = fc.record({
  mintimeout: between(100, 3_600_000),
  resync: fc.oneof(between(1000, 3_600_000), fc.constant('${NUMBER}0')),
  log: fc.record({
    file: fc.constantFrom('none', 'logs/x.log', './a b.log', '/nowhere/x'),
    logsize: between(1, 10_000),
    LogCount: between(1, 1000)
  }, { requiredKeys: [] }),
  auth: fc.record({
    token: fc.constant(PLACE), tokens: fc.array(entry, { maxLength: 2 })
  }, { requiredKeys: ['token'] }),
  cors: fc.record({ origin: origins }),
  server: fc.record({
    publicUrl: fc.constantFrom('https://example.com/dockstat/', 'http://[::1]:99', 'https://exämple.com/ä'),
    trustProxy: proxies,
    socket: fc.record({ path: fc.constantFrom('a.sock', '/run/a.sock'), mode: fc.constantFrom('0660', '600') }),
    tls: fc.constant({ cert: 'c.pem', key: 'k.pem' }),
    limits: fc.record({
      headerBytes: between(1024, 1_048_576),
      headerCount: between(10, 10_000),
      urlLength: between(256, 1_048_576),
      headersTimeout: milliseconds,
      requestTimeout: milliseconds,
      stalledTimeout: milliseconds,
      keepAliveTimeout: milliseconds,
      pipelinedRequests: between(1, 10_000),
      connections: between(10, 1_000_000)
    }, { requiredKeys: [] })
  }, { requiredKeys: [] }),
  docs: fc.record({ public: fc.boolean() }),
  tags: named(fc.constantFrom('red-200', '', '#fff', '${EMPTY}')),
  hosts: named(host),
  labels: some('a.b', 'a-b', '__proto__', 'com.docker.compose.project'),
  filter,
  metrics: fc.record({ profile: fc.constantFrom('default', 'cadvisor') }),
  container: named(fc.record(shown, { requiredKeys: [] }))
}, { requiredKeys: [] }) as fc.Arbitrary<{ [key: string]: Tree }>

interface Mutation {
  at: number
  kind: 'replace' | 'remove' | 'rename' | 'wrap' | 'add'
  value: Tree
  key: string
}

const mutation: fc.Arbitrary<Mutation> = fc.record({
  at: fc.nat(1000),
  kind: fc.constantFrom('replace', 'replace', 'remove', 'rename', 'wrap', 'add'),
  value: odd,
  key: fc.constantFrom('x', 'url', 'port', '<<', '', 'a\nb', '\x07', '${TOKEN}', '__proto__', 'ä')
})

type Place = [holder: { [key: string]: Tree } | Tree[], key: string]

const placesIn = (tree: Tree): Place[] => typeof tree !== 'object' || tree === null
  ? []
  : Object.entries(tree).flatMap(([key, value]) => [[tree, key] as Place, ...placesIn(value)])

function set (holder: Place[0], key: string, value: Tree) {
  Object.defineProperty(holder, key, { value, enumerable: true, configurable: true, writable: true })
}

/** Renames a key, which keeps its place. */
function rename (holder: Place[0], from: string, to: string) {
  for (const [key, value] of Object.entries(holder)) {
    Reflect.deleteProperty(holder, key)
    set(holder, key === from ? to : key, value)
  }
}

/** Changes a tree. The token stays in `auth` or under a key that does not exist: elsewhere it would not be a secret. */
function mutate (tree: Tree, { at, kind, value, key }: Mutation) {
  const places = placesIn(tree)
  const [holder, name] = places[at % places.length] ?? []
  if (holder === undefined || name === undefined) return
  const before: Tree = Reflect.get(holder, name)
  if (kind === 'replace') set(holder, name, value)
  if (kind === 'wrap') set(holder, name, at % 2 === 0 ? [before] : { [key]: before })
  if (Array.isArray(holder)) return
  if (kind === 'remove') Reflect.deleteProperty(holder, name)
  if (kind === 'rename') rename(holder, name, at % 2 === 0 ? `${name}x` : name.toUpperCase())
  if (kind === 'add') set(holder, key, value)
}

const STYLES = [
  {}, { collectionStyle: 'flow' }, { indent: 4, indentSeq: false }, { defaultStringType: 'QUOTE_DOUBLE' },
  { defaultStringType: 'QUOTE_SINGLE', lineWidth: 20 }, { defaultStringType: 'BLOCK_LITERAL' },
  { collectionStyle: 'block' }
] as const

const structured = fc.record({
  tree: valid,
  mutations: fc.oneof(fc.constant([]), fc.array(mutation, { maxLength: 3 })),
  style: fc.constantFrom(...STYLES),
  token: fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...VALID_TOKENS) }, fc.constantFrom(...INVALID_TOKENS)),
  end: fc.constantFrom('', '', '', '', '', '', '', '\n...\n', '\n---\na: 1\n', '\n# end', '\t')
}).map(({ tree, mutations, style, token, end }) => {
  const copy = structuredClone(tree)
  for (const mutation of mutations) mutate(copy, mutation)
  return stringify(copy, style).replace(new RegExp(`(["']?)${PLACE}\\1`), () => token) + end
})

/** Edits of one line or character, but not of `auth:` as a whole, because the token would be elsewhere then. */
const edit = fc.record({
  at: fc.nat(3000),
  kind: fc.constantFrom('delete', 'insert', 'insert', 'drop', 'double', 'indent', 'crlf'),
  text: fc.oneof(
    fc.constantFrom(...':-{}[],&*#?|>\'"%@`! \t\n\r\0\ufeff~<\\$'),
    fc.string({ unit: 'binary', minLength: 1, maxLength: 2 }))
})
type Edit = typeof edit extends fc.Arbitrary<infer E> ? E : never

function edited (source: string, { at, kind, text }: Edit): string {
  const place = at % (source.length + 1)
  if (kind === 'delete') return source.slice(0, place) + source.slice(place + 1)
  if (kind === 'insert') return source.slice(0, place) + text + source.slice(place)
  if (kind === 'crlf') return source.replaceAll('\n', '\r\n')
  const lines = source.split('\n')
  const index = at % lines.length
  const line = lines[index] ?? ''
  if (/auth/i.test(line)) return source
  const instead = { drop: [], double: [line, line], indent: [` ${line}`] }[kind] ?? []
  return lines.toSpliced(index, 1, ...instead).join('\n')
}

const withoutPassword = (source: string) => source.replaceAll(String(PASSWORD), '')
const texts = fc.tuple(structured, fc.array(edit, { minLength: 1, maxLength: 4 }))
  .map(([source, edits]) => edits.reduce(edited, withoutPassword(source)))

const HOSTILE = [
  'a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b]\nd: [*c,*c,*c,*c]',
  '['.repeat(2000), `a: ${'{a: '.repeat(500)}`, '- '.repeat(3000), 'a'.repeat(100_000), '&a [*a]', '? ? ? a',
  '%YAML 9.9\n---\na', 'auth: &a { token: x, <<: *a }', 'hosts: &h { a: *h }', `auth: { <<: { token: ${TOKEN} } }`,
  `auth: &a { token: ${TOKEN} }\nmintimeout: *a`, `auth: { token: &t ${TOKEN} }\nmintimeout: *t`, `auth: ${TOKEN}`
]
const parts = fc.constantFrom(
  ...':-{}[],&*#?|>\'"%@`! \t\n', 'hosts', 'auth', 'token', 'a', '<<', '---', '${', '}')
const noise = fc.oneof(
  fc.constantFrom(...HOSTILE),
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.array(parts, { maxLength: 30 }).map(parts => parts.join('')))
const bytes = fc.uint8Array({ maxLength: 60 }).map(bytes => Buffer.from(bytes))

/** Contents of a configuration file: changed valid ones, and noise. */
export const files: fc.Arbitrary<Buffer> = fc.oneof(
  { weight: 5, arbitrary: structured.map(text => Buffer.from(text)) },
  { weight: 4, arbitrary: texts.map(text => Buffer.from(text)) },
  noise.map(text => Buffer.from(text)),
  bytes)
