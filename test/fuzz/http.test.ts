import { METHODS, STATUS_CODES } from 'node:http'
import { connect } from 'node:net'
import { brotliDecompressSync, gunzipSync } from 'node:zlib'
import fc from 'fast-check'
import t, { type Test } from 'tap'
import { build, type Built } from '../support/build.ts'
import { parseExposition } from '../support/exposition.ts'
import { containerList, startFakeEngine } from '../support/fake-engine.ts'
import { listenOn } from '../support/raw.ts'
import { until } from '../support/until.ts'
import { fuzz } from './fuzz.ts'

/** One case: the bytes of one connection, as Latin-1. */
interface Case {
  bytes: string
  /** Whether this is a well-formed GET or HEAD, which has to be answered. */
  isPlain: boolean
}

const CASES = 50

const noise = fc.uint8Array({ maxLength: 40 }).map(bytes => Buffer.from(bytes).toString('latin1'))
const visible = noise.map(text => text.replace(/[\s\p{Cc}]/gu, ''))
const encoded = fc.string({ unit: 'binary', maxLength: 12 }).map(encodeURIComponent)
const odd = fc.oneof(encoded, visible, fc.constantFrom('%', '%zz', '%00', '%2F', '..', '%2e%2e', '', '.', '%ff', 'a;b'))

const ROUTES = [
  '/', '/stats', '/hosts', '/hosts/nas', '/hosts/%C3%BCn%C3%AF', '/containers', '/containers/nas/web', '/metrics',
  '/containers/nas/c', '/sd', '/config', '/status', '/openapi.json', '/docs', '/docs/', '/docs/static/index.html',
  '/docs/static/logo.svg', '/docs/json', '/docs/yaml'
]
const route = fc.constantFrom(...ROUTES)
const path = fc.oneof(
  { weight: 6, arbitrary: route },
  { weight: 3, arbitrary: fc.tuple(route, odd).map(([path, text]) => `${path}/${text}`) },
  fc.array(odd, { maxLength: 5 }).map(parts => `/${parts.join('/')}`),
  fc.tuple(fc.constantFrom('/hosts/', '/containers/nas/', '/containers/'), odd).map(parts => parts.join('')),
  fc.constantFrom('*', 'http://a/stats', 'http://', '//stats', `/${'x'.repeat(9000)}`, '?', 'stats')
)
const key = fc.oneof(
  fc.constantFrom('host', 'host[]', 'state', 'name', 'label', 'fields', '__proto__', 'constructor', 'toString'), odd)
const value = fc.oneof(fc.constantFrom(
  'nas', '%C3%BCn%C3%AF', 'running', 'web', '*', '*e*', '**********', 'a.b=1', 'a.b=', 'id,name', ',', 'cpu', 'x'), odd)
const query = fc.array(fc.tuple(key, value).map(pair => pair.join('=')), { maxLength: 4 })
  .map(pairs => pairs.length === 0 ? '' : `?${pairs.join('&')}`)

/** Headers with values that have a meaning; any value is also tried in any header. */
const HEADERS: [string, string[]][] = [
  ['Accept', ['application/openmetrics-text;version=1.0.0', 'text/plain;version=0.0.4', '*/*;q=0', 'a/b;q=x', ',;=']],
  ['Accept-Encoding', ['gzip', 'br;q=0.5, zstd', 'identity;q=0, *;q=0', '*', ';q=', 'gzip;q=9']],
  ['Accept-Language', ['de']],
  ['Accept-Version', ['1.x', '*']],
  ['If-None-Match', ['*', '"a"', 'W/"a", "b', ',']],
  ['If-Modified-Since', ['Sat, 28 Nov 2026 00:00:00 GMT', 'never', '-1']],
  ['If-Match', ['*', '"a"']],
  ['If-Unmodified-Since', ['Thu, 01 Jan 1970 00:00:00 GMT']],
  ['If-Range', ['"a"', 'Thu, 01 Jan 1970 00:00:00 GMT']],
  ['Range', ['bytes=0-1', 'bytes=9999999-', 'bytes=5-1', 'bytes=0-0,5-9', 'lines=1', 'bytes=-0']],
  ['Origin', ['https://a.example', 'https://x.b.example', 'null', '*']],
  ['Access-Control-Request-Method', ['GET', 'DELETE', 'x']],
  ['Access-Control-Request-Headers', ['authorization', ',']],
  ['Access-Control-Request-Private-Network', ['true']],
  ['X-Forwarded-For', ['10.0.0.1', '::ffff:10.0.0.1, unknown', '_hidden, 1.2.3', ',', '10.0.0.1:99', '[::1]:5']],
  ['X-Forwarded-Host', ['example.com', 'a, b', 'a:99999', '[::1', ',']],
  ['X-Forwarded-Proto', ['https', 'http, https', 'javascript', ',']],
  ['X-Forwarded-Port', ['443', '-1', '999999']],
  ['X-Forwarded-Prefix', ['/dockstat', '//evil', '/a b', 'x']],
  ['Host', ['a', '', 'a:0', '[::1]:80', 'a:b:c', ':', 'a/b', '%']],
  ['Content-Type', ['application/json', 'text/plain', 'x', 'application/json; charset=', 'multipart/form-data']],
  ['Content-Length', ['0', '5', '999999999999', '-1', '1e3', '0x1']],
  ['Transfer-Encoding', ['chunked', 'gzip, chunked', 'identity', 'x']],
  ['Expect', ['100-continue', 'x']],
  ['Connection', ['keep-alive', 'close', 'upgrade', 'host, authorization']],
  ['Upgrade', ['websocket', 'h2c']],
  ['HTTP2-Settings', ['AAMAAABkAAQAAP__']],
  ['Authorization', ['marked-secret', 'Bearer marked-secret', 'Basic Og==', 'Basic', 'Bearer ', 'Digest a="b"']],
  ['Cookie', ['a=b', '__proto__=1']],
  ['__proto__', ['x']],
  ['Trailer', ['X']]
]
/** With these, the body or the connection may not be what it seems. */
const FRAMING = new Set(['Content-Length', 'Transfer-Encoding', 'Expect', 'Connection', 'Upgrade', 'Host'])
const values = fc.constantFrom(...HEADERS.flatMap(([, values]) => values))
const header = fc.constantFrom(...HEADERS).chain(([name, usual]) => fc.tuple(
  fc.constant(name), fc.oneof({ weight: 6, arbitrary: fc.constantFrom(...usual) }, values, visible)))

const structured: fc.Arbitrary<Case> = fc.record({
  method: fc.oneof({ weight: 8, arbitrary: fc.constant('GET') }, { weight: 2, arbitrary: fc.constant('HEAD') },
    fc.constant('OPTIONS'), fc.constantFrom(...METHODS), visible),
  path,
  query,
  version: fc.oneof({ weight: 9, arbitrary: fc.constant('1.1') }, fc.constantFrom('1.0', '2.0', '0.9', '1.2', '')),
  headers: fc.array(header, { maxLength: 5 }),
  isKnown: fc.boolean().map(isTrue => [['Authorization', isTrue ? 'marked-secret' : 'Bearer marked-secret']]),
  isClosing: fc.integer({ max: 9, min: 0 }).map(number => number > 0),
  body: fc.oneof(
    { weight: 4, arbitrary: fc.constant('') }, fc.json({ maxDepth: 1 }), noise, fc.constant('5\r\nhello\r\n'))
}).map(({ method, path, query, version, headers, isKnown, isClosing, body }) => {
  const all = [...isKnown, ...isClosing ? [['Host', 'a'], ['Connection', 'close']] : [], ...headers]
  const lines = all.map(([name, value]) => `${name}: ${value}\r\n`).join('')
  const isPlain = isClosing && /^(GET|HEAD)$/.test(method) && version === '1.1' && body === '' &&
    headers.every(([name]) => !FRAMING.has(String(name)))
  return { bytes: `${method} ${path}${query} HTTP/${version}\r\n${lines}\r\n${body}`, isPlain }
})

/** Bytes to delete at a place, and to insert there instead. */
const edit = fc.tuple(fc.nat(200), fc.nat(3), fc.oneof(noise, fc.constantFrom('\r\n', '\n', '\0', ' ', ':', '\r')))
const mutated: fc.Arbitrary<Case> = fc.tuple(structured, fc.array(edit, { minLength: 1, maxLength: 3 }))
  .map(([{ bytes }, edits]) => ({
    bytes: edits.reduce((text, [at, count, more]) => text.slice(0, at) + more + text.slice(at + count), bytes),
    isPlain: false
  }))
const pipelined: fc.Arbitrary<Case> = fc.array(structured, { minLength: 2, maxLength: 6 })
  .map(cases => ({ bytes: cases.map(({ bytes }) => bytes.replaceAll('close', 'keep-alive')).join(''), isPlain: false }))
const cases = fc.oneof({ weight: 8, arbitrary: structured }, { weight: 3, arbitrary: mutated }, pipelined,
  noise.map(bytes => ({ bytes, isPlain: false })))

const YAMLS = [
  '',
  'server: { trustProxy: true }\ncors: { origin: [https://a.example, "https://*.b.example"] }\ndocs: { public: true }',
  'server: { trustProxy: [127.0.0.1, 10.0.0.0/8], publicUrl: https://example.com/dockstat, ' +
    'limits: { headerBytes: 1024, headerCount: 10, urlLength: 256 } }\nmetrics: { profile: cadvisor }'
]

/** Serves a reachable and an unreachable host with each of the configurations. */
async function serve (t: Test) {
  const containers = containerList([{ id: 'c1', names: ['/web'], labels: { 'a.b': '1' } }, { id: 'c2' }])
  const { address } = await startFakeEngine(t, { containers })
  const hosts = `hosts: { nas: { url: '${address}' }, ünï: { url: unix:///nowhere } }`
  const common = `mintimeout: 60000\nlabels: [a.b]\nlog: { file: none }\n${hosts}\n`
  return await Promise.all(YAMLS.map(async yaml => {
    const built = await build(t, { yaml: common + yaml })
    await until(() => built.app.stats.snapshots().every(({ up }) => up !== null))
    return { ...built, port: await listenOn(built.app) }
  }))
}

/** Milliseconds without a byte after which a client that may have sent an incomplete request sends the end. */
const IDLE = 100

/** Sends bytes, and returns everything that arrives until the service closes the connection. */
const exchange = (port: number, { bytes, isPlain }: Case): Promise<Buffer> => new Promise(resolve => {
  const socket = connect(port, '127.0.0.1')
  const chunks: Buffer[] = []
  const idle = setTimeout(() => isPlain || socket.end(), IDLE)
  socket.on('data', chunk => {
    chunks.push(chunk)
    idle.refresh()
  })
  socket.on('error', () => { /* the service may reset the connection */ })
  socket.once('close', () => {
    clearTimeout(idle)
    resolve(Buffer.concat(chunks))
  })
  socket.write(Buffer.from(bytes, 'latin1'))
})

interface Answer {
  statusCode: number
  headers: Map<string, string>
  body: Buffer
}

/** Parses the responses to the requests in `sent`, as far as they have arrived. */
function answersIn (received: Buffer, sent: string): Answer[] {
  const answers: Answer[] = []
  const hasHead = sent.includes('HEAD')
  for (let rest = received; rest.length > 0;) {
    const end = rest.indexOf('\r\n\r\n')
    const [status = '', ...lines] = rest.subarray(0, end).toString('latin1').split('\r\n')
    const [, statusCode] = /^HTTP\/1\.1 (\d{3}) [A-Z][ -~]*$/.exec(status) ?? []
    if (end < 0 || !statusCode) throw new Error(`not an HTTP response: ${rest.toString('latin1')}`)
    const headers = new Map(lines.map(line => {
      const [, name, value] = /^([\w-]+): ?([\t -~\x80-\xff]*)$/.exec(line) ?? []
      if (name === undefined || value === undefined) throw new Error(`not a header: ${line}`)
      return [name.toLowerCase(), value]
    }))
    rest = rest.subarray(end + 4)
    const isBodyless = /^(1..|204|304)$/.test(statusCode) || (hasHead && /^(HTTP\/1\.1|$)/.test(rest.toString()))
    const length = isBodyless ? 0 : Number(headers.get('content-length') ?? rest.length)
    if (rest.length < length) throw new Error(`${rest.length} bytes instead of ${length}`)
    answers.push({ statusCode: Number(statusCode), headers, body: rest.subarray(0, length) })
    rest = rest.subarray(length)
  }
  return answers
}

function textOf ({ headers, body }: Answer): string | null {
  const encoding = headers.get('content-encoding')
  if (encoding === undefined) return body.toString()
  if (encoding === 'gzip') return gunzipSync(body).toString()
  return encoding === 'br' ? brotliDecompressSync(body).toString() : null
}

function checkAnswer (answer: Answer) {
  const { statusCode, headers, body } = answer
  if (statusCode >= 500) throw new Error(`status ${statusCode}: ${body}`)
  const type = headers.get('content-type') ?? ''
  const text = body.length > 0 ? textOf(answer) : null
  if (text === null) return
  if (type.includes('openmetrics')) parseExposition(text, 'openmetrics')
  if (type.includes('version=0.0.4')) parseExposition(text, 'text')
  const value = type.startsWith('application/json') && statusCode !== 206 ? JSON.parse(text) : null
  if (statusCode < 400) return
  const { message = '', ...shape } = value ?? {}
  const error = STATUS_CODES[statusCode]
  const isShaped = Object.keys(value ?? {}).join() === 'statusCode,code,error,message' &&
    shape.statusCode === statusCode && shape.error === error && /^[A-Z_]+$/.test(shape.code) && message.length > 5
  if (!isShaped || /undefined|\bNaN\b|\[object/.test(text)) throw new Error('not an error of ours')
}

async function check (port: number, request: Case): Promise<Answer[]> {
  const received = await exchange(port, request)
  try {
    const answers = answersIn(received, request.bytes)
    if (request.isPlain && answers.length !== 1) throw new Error(`${answers.length} answers`)
    for (const answer of answers) checkAnswer(answer)
    return answers
  } catch (cause) {
    throw new Error(`${cause} to ${JSON.stringify(request.bytes)}: ${JSON.stringify(String(received))}`)
  }
}

t.test('every request has a proper answer, and the service goes on', async t => {
  const services = await serve(t)
  const logged = services.map(() => 0)
  const batch = fc.array(cases, { minLength: 1, maxLength: CASES, size: 'max' })
  await fuzz(t, fc.tuple(fc.nat(services.length - 1), batch), async ([index, batch]) => {
    const { port, log } = services[index] as Built & { port: number }
    await Promise.all(batch.map(request => check(port, request)))
    const [up] = await check(port, { bytes: 'GET /status HTTP/1.0\r\n\r\n', isPlain: true })
    if (String(up?.body) !== 'UP') throw new Error('the service is not up')
    const lines = log().slice(logged[index])
    logged[index] = log().length
    if (/"level":[56]0/.test(lines)) throw new Error(lines)
    return batch.length
  })
})
