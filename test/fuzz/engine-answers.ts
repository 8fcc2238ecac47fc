import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { fixture } from '../support/fixture.ts'

/** One generated answer of an Engine, or one line of its event stream. */
export interface Answer {
  statusCode: number
  body: Buffer
  /** Whether this is what an Engine would send, apart from the values in it. */
  isWhole: boolean
}

/** Everything that one Engine says. */
export interface Engine {
  headers: Record<string, string>
  isPodman: boolean
  version: Answer
  info: Answer
  list: Answer
  /** Rounds of answers, which the containers share. */
  stats: Answer[][]
  bulk: Answer
  inspections: Answer[]
  events: Answer[]
}

/** Stands for the ID in the request. */
export const ANY_ID = 'f'.repeat(64)

type Json = unknown

const FIXTURES = join(import.meta.dirname, '../fixtures')
const all = readdirSync(FIXTURES, { recursive: true, encoding: 'utf8' }).sort()
const recorded = (name: RegExp): Json[] =>
  all.filter(file => name.test(file)).map(file => JSON.parse(fixture(file)))
const lines = (name: RegExp): Json[] => all.filter(file => name.test(file))
  .flatMap(file => fixture(file).split('\n').filter(Boolean).map(line => JSON.parse(line)))

const LISTS = recorded(/(containers-all|windows-list)\.json$/).flat()
const STATS = recorded(/stats[\w-]*\.json$/)
const INSPECTIONS = recorded(/inspect[\w-]*\.json$/).map(value => ({ ...value as object, Id: ANY_ID }))
const INFOS = recorded(/info\.json$/)
const VERSIONS = recorded(/version\.json$/)
const EVENTS = lines(/events[\w-]*\.ndjson$/)
const BULK = {
  ContainerID: '',
  SystemNano: 1e18,
  CPUNano: 5e9,
  CPUSystemNano: 2e9,
  MemUsage: 7e6,
  MemLimit: 9e9,
  PIDs: 3,
  NetInput: 5,
  NetOutput: 6,
  BlockInput: 1,
  BlockOutput: 2,
  Network: { eth0: { RxBytes: 5, TxBytes: 6, RxPackets: 1, TxPackets: 1 } }
}

/** Only these keys matter, so most mutations are made there. */
const READ = ['wire.ts', 'wire-stats.ts', 'fields.ts']
  .map(file => readFileSync(join(import.meta.dirname, '../../lib/engine', file), 'utf8')).join()
const WORDS = new Set(READ.match(/\w+/g))

/** Numbers that JSON.stringify cannot write. */
const RAW = ['1e400', '-1e400', '-0', '18446744073709551615', '9007199254740993', '1e-400', '0.30000000000000004']
  .map(number => `@${number}@`)
const numbers = fc.oneof(
  fc.constantFrom<Json>(...RAW),
  fc.constantFrom(0, -1, 1.5, 5e-324, 1e-9, 2 ** 31, 2 ** 53, 2 ** 62, 2 ** 63, 1e21, 1e300, -1e300),
  fc.nat(), fc.double({ noNaN: true, noDefaultInfinity: true }))
const DATES = ['2026-11-23T05:42:02.123456789Z', '0001-01-01T00:00:00Z', '9999-12-31T23:59:59Z', '2026-13-45T99:00:00Z',
  '+275760-09-13T00:00:00.001Z', '1969-12-31T23:59:59Z', 'yesterday', '2026-11-23']
const TEXTS = [
  '', '/', '//', '/a/b', '__proto__', 'constructor', 'running', 'paused', 'exited', 'healthy', 'none', 'host',
  'container:', 'container:1', 'Up 9999999999999999999999 years', 'Up About an hour (healthy)', 'a b', 'a\r\nb', '"',
  '\\', '\0', '\ud800', '\udfff', 'c1', 'c1\0', '/c1\0', '🔑', '../../info', '?x=1', '%', '#', 'lo', 'all', 'network',
  'windows', 'Read', '9'.repeat(400), 'x'.repeat(20_000), 'image:x', 'sha256:0123456789ab', 'javascript:alert(1)',
  'https://a.example', 'a,b,,c'
]
const texts = fc.oneof(fc.constantFrom(...TEXTS), fc.constantFrom(...DATES),
  fc.string({ unit: 'binary', maxLength: 10 }), fc.string({ maxLength: 5 }))
const scalars = fc.oneof(numbers, texts, fc.constantFrom<Json>(null, true, false))
const odd: fc.Arbitrary<Json> = fc.oneof(
  { weight: 8, arbitrary: scalars },
  fc.array(scalars, { maxLength: 3 }),
  fc.dictionary(fc.oneof(texts, fc.constantFrom('Status', 'eth0', '0')), scalars, { maxKeys: 3 }))

type Place = readonly [holder: Record<string, Json>, key: string]

function placesIn (value: Json, found: Place[] = []): Place[] {
  if (typeof value !== 'object' || value === null) return found
  for (const key of Object.keys(value)) {
    found.push([value as Record<string, Json>, key])
    placesIn(Reflect.get(value, key), found)
  }
  return found
}

const mutation = fc.record({
  at: fc.nat(5000),
  /** Whether it happens where we read. */
  isRead: fc.integer({ min: 0, max: 9 }).map(number => number > 0),
  kind: fc.constantFrom('vary', 'vary', 'replace', 'replace', 'remove', 'add', 'repeat'),
  key: texts,
  number: numbers,
  text: texts,
  value: odd
})
type Mutation = typeof mutation extends fc.Arbitrary<infer M> ? M : never

/** A value to put in the place of another; if they should only vary, one of the same type. */
function replacementFor (before: Json, { kind, number, text, value }: Mutation): Json {
  if (kind === 'vary' && typeof before === 'number') return number
  return kind === 'vary' && typeof before === 'string' ? text : value
}

/** A copy of recorded JSON with some values replaced, removed or added. */
function mutated (base: Json, mutations: readonly Mutation[]): Json {
  const copy = structuredClone(base)
  for (const mutation of mutations) {
    const { at, kind, key, isRead, value } = mutation
    const places = placesIn(copy)
    const relevant = isRead ? places.filter(([, key]) => WORDS.has(key)) : []
    const among = relevant.length > 0 ? relevant : places
    const [holder, name] = among[at % among.length] ?? []
    if (holder === undefined || name === undefined) continue
    const set = (key: string, value: Json) =>
      Object.defineProperty(holder, key, { value, enumerable: true, configurable: true, writable: true })
    if (kind === 'replace' || kind === 'vary') set(name, replacementFor(holder[name], mutation))
    else if (kind === 'remove') Reflect.deleteProperty(holder, name)
    else if (!Array.isArray(holder)) set(key, kind === 'add' ? value : structuredClone(holder[name]))
  }
  return copy
}

const few = fc.array(mutation, { maxLength: 4 })
const variantOf = (bases: readonly Json[]) => fc.tuple(fc.constantFrom(...bases), few).map(parts => mutated(...parts))

const written = (value: Json) => JSON.stringify(value).replace(/"@([-+.\de]+)@"/g, '$1')

const BROKEN: [number, string][] = [
  [200, ''], [200, 'null'], [200, '[]'], [200, '{}'], [200, '[null]'], [200, '"x"'], [200, '<html>'], [200, '\0'],
  [200, '{"message":"no storage"}'], [200, '['.repeat(50_000)], [200, `${'['.repeat(5000)}${']'.repeat(5000)}`],
  [200, '{"a":1}{"a":2}'], [200, '\ufeff{}'], [204, ''], [301, ''], [304, ''],
  [400, '{"message":"client version 1 is too new"}'],
  [401, ''], [403, '<h1>403</h1> Request forbidden by rules'], [404, '{"message":"No such container: x"}'], [404, ''],
  [409, '{"message":7}'], [500, '{"message":"\\u0000"}'], [503, 'x'.repeat(9000)], [599, '[]']
]

const whole = (value: Json): Answer => ({ statusCode: 200, body: Buffer.from(written(value)), isWhole: true })

/** Mostly JSON, sometimes truncated, with an invalid byte, or something else altogether. */
const answerWith = (values: fc.Arbitrary<Json>): fc.Arbitrary<Answer> => fc.oneof(
  { weight: 20, arbitrary: values.map(whole) },
  fc.tuple(values.map(whole), fc.nat(3000)).map(([answer, length]) =>
    ({ ...answer, body: answer.body.subarray(0, length), isWhole: false })),
  fc.tuple(values.map(whole), fc.nat(3000), fc.nat(255)).map(([answer, at, byte]) => {
    const body = Buffer.from(answer.body)
    body[at % body.length] = byte
    return { ...answer, body, isWhole: false }
  }),
  fc.constantFrom(...BROKEN).map(([statusCode, text]) => ({ statusCode, body: Buffer.from(text), isWhole: false })))

const idOf = (index: number) => index.toString(16).padStart(64, '0')

const running = (entry: Json, index: number) =>
  ({ ...entry as object, Id: idOf(index), State: 'running', Names: [`/c${index}`] })
const entries = fc.array(fc.tuple(fc.constantFrom(...LISTS), few), { maxLength: 30, size: 'max' })
  .map(all => all.map(([base, mutations], index) => mutated(running(base, index), mutations)))
const list = fc.oneof({ weight: 9, arbitrary: answerWith(entries) }, answerWith(odd))

const bulk = fc.array(few, { maxLength: 30 }).map(all => mutated(
  { Error: null, Stats: all.map((mutations, index) => mutated({ ...BULK, ContainerID: idOf(index) }, mutations)) }, []))

const SERVERS = [
  'Docker/20.10.24+dfsg1 (linux)', 'Libpod/4.3.1 (linux)', 'nginx', 'Docker/', 'Docker/99999999999.0.0'
]
const headers = fc.record({
  Server: fc.oneof({ weight: 6, arbitrary: fc.constant('Docker/28.5.2 (linux)') }, fc.constantFrom(...SERVERS)),
  'Api-Version': fc.oneof({ weight: 6, arbitrary: fc.constant('1.51') },
    fc.constantFrom('1.41', '1.24', '1.99', '0.0', '1', 'x', '9'.repeat(400), '1.51, 1.41')),
  Ostype: fc.constantFrom('linux', 'linux', 'windows', 'x'),
  Date: fc.constantFrom('Sat, 28 Nov 2026 00:00:00 GMT', 'never', 'Tue, 01 Jan 275760 00:00:00 GMT', '0')
}, { requiredKeys: [] })

/** An event of a container in the list. */
const event = fc.tuple(variantOf(EVENTS), fc.nat(30), fc.boolean()).map(([value, index, isKnown]) => {
  const { Actor } = value as { Actor?: object }
  return isKnown ? { ...value as object, Actor: { ...Actor, ID: idOf(index) } } : value
})

const MANY = { minLength: 1, maxLength: 30, size: 'max' } as const

export const engines: fc.Arbitrary<Engine> = fc.record({
  headers,
  isPodman: fc.integer({ min: 0, max: 5 }).map(number => number === 0),
  version: answerWith(variantOf(VERSIONS)),
  info: answerWith(variantOf(INFOS)),
  list,
  stats: fc.array(fc.array(answerWith(variantOf(STATS)), MANY), { minLength: 1, maxLength: 3, size: 'max' }),
  bulk: answerWith(bulk),
  inspections: fc.array(answerWith(variantOf(INSPECTIONS)), MANY),
  events: fc.array(answerWith(event), { maxLength: 20, size: 'max' })
})
