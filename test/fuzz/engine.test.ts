import type { IncomingMessage, ServerResponse } from 'node:http'
import fc from 'fast-check'
import t, { type Test } from 'tap'
import type { Config } from '../../lib/config/config.ts'
import { build } from '../support/build.ts'
import { parseExposition } from '../support/exposition.ts'
import { startFakeEngine, type FakeEngine } from '../support/fake-engine.ts'
import { until } from '../support/until.ts'
import { promtool, skip as noPromtool } from '../prometheus/promtool.ts'
import { ANY_ID, engines, type Answer, type Engine } from './engine-answers.ts'
import { fuzz } from './fuzz.ts'

/** Hosts that are polled at a time. */
const HOSTS = 8

/** Successful or failed polls of each host, and milliseconds, which the inspections need. */
const POLLS = 3
const INSPECTED = 200

/** Batches between two whose metrics promtool checks too. */
const SAMPLE = 20

const headers = { authorization: 'marked-secret' }

/** Which answer a container gets: the same one every time. */
const placeOf = (id: string) => Number.parseInt(id.slice(-4), 16) || 0

function pick<T> (all: readonly T[], place: number): T {
  const picked = all[place % all.length]
  if (picked === undefined) throw new Error('nothing to pick from')
  return picked
}

/** Makes a fake Engine give generated answers. Those that were sent are added to `sent`. */
function play (fake: FakeEngine, engine: Engine, sent: Set<Answer>) {
  const rounds = new Map<string, number>()
  const common = { ...engine.headers, ...engine.isPodman && { Server: 'Libpod/4.3.1 (linux)' } }

  function answerTo (path: string): Answer | null {
    if (path === '/info') return engine.info
    if (path === '/version') return engine.version
    if (path === '/containers/json') return engine.list
    if (path === '/libpod/containers/stats') return engine.bulk
    const [, id = '', what] = /^\/containers\/(.*)\/(stats|json)$/.exec(path) ?? []
    if (what === 'json') return pick(engine.inspections, placeOf(id))
    if (what !== 'stats') return null
    const round = rounds.get(id) ?? 0
    rounds.set(id, round + 1)
    return pick(pick(engine.stats, round), placeOf(id))
  }

  function stream (response: ServerResponse) {
    response.writeHead(200).flushHeaders()
    for (const event of engine.events) {
      sent.add(event)
      response.write(Buffer.concat([event.body, Buffer.from('\n')]))
    }
  }

  fake.handler = ({ url = '' }: IncomingMessage, response) => {
    for (const [name, value] of Object.entries(common)) response.setHeader(name, value)
    const path = url.replace(/^\/v[^/]*/, '').replace(/\?.*/, '')
    if (path === '/events') return stream(response)
    const answer = answerTo(path)
    if (!answer) return response.end('OK')
    sent.add(answer)
    const id = path.split('/')[2] ?? ''
    response.writeHead(answer.statusCode)
    response.end(Buffer.from(answer.body.toString('latin1').replaceAll(ANY_ID, id), 'latin1'))
  }
}

const some = <T>(...values: T[]) => fc.subarray(values)
const options = fc.record({
  labels: some('a.b', 'a-b', 'com.docker.compose.project', '__proto__', 'rc', 'dockstat.link'),
  metrics: fc.record({ profile: fc.constantFrom('default' as const, 'cadvisor' as const) }),
  filter: fc.record({
    include: fc.constantFrom([], ['*'], ['c*', 'image:*'], ['label:a.b']),
    exclude: fc.constantFrom([], ['c1'], ['image:*busybox*'], ['label:rc=*'])
  }),
  container: some('c1', '__proto__')
    .map(names => new Map(names.map(name => [name, { link: 'x', icon: '', tags: 'a,b' }])))
})

/** Whether the host has to be up, whatever its answers say. */
const isSound = ({ headers, list, stats, inspections, bulk, info }: Engine) =>
  headers['Api-Version'] === '1.51' && list.isWhole && /^\[/.test(String(list.body)) &&
  [info, bulk, ...stats.flat(), ...inspections].every(({ statusCode }) => statusCode !== 400)

function checkJson (value: unknown, path: string) {
  if (typeof value === 'number' && !(value >= 0)) throw new Error(`${path} is ${value}`)
  if (typeof value === 'string' && /^(lastSeen|since|sampledAt)$/.test(path) && Number.isNaN(Date.parse(value))) {
    throw new Error(`${path} is ${value}`)
  }
  if (path === 'memoryUsage' && !/^\d+\.\d\d$/.test(String(value))) throw new Error(`${path} is ${value}`)
  if (typeof value !== 'object' || value === null) return
  for (const [key, part] of Object.entries(value)) checkJson(part, key)
}

/** Lets the service poll generated Engines, and checks its answers. */
async function createCheck (t: Test) {
  const fakes = await Promise.all(Array.from({ length: HOSTS }, () => startFakeEngine(t)))
  const yaml = 'log: { file: none }\nhosts: { none: { url: unix:///nowhere } }'
  const { app, log } = await build(t, { yaml, env: { LOG_LEVEL: 'warn' } })
  const polls = new Map<string, number>()
  app.stats.subscribe((next, previous) => {
    const isPoll = next?.lastSeen !== previous?.lastSeen || next?.pollErrors !== previous?.pollErrors
    if (next && isPoll) polls.set(next.host, (polls.get(next.host) ?? 0) + 1)
  })
  let batches = 0
  let logged = 0

  async function get (url: string, accept = '*/*'): Promise<string> {
    const { statusCode, body } = await app.inject({ url, headers: { ...headers, accept } })
    if (statusCode !== 200) throw new Error(`${url}: ${statusCode} ${body}`)
    return body
  }

  async function checkAnswers (names: readonly string[]) {
    const hosts = names.map(name => `/hosts/${name}`)
    for (const url of ['/stats', '/hosts', '/containers', '/containers?fields=cpu,name', '/sd', ...hosts]) {
      const text = await get(url)
      if (/\bundefined\b|\bNaN\b|Infinity|\[object/.test(text)) throw new Error(`${url}: ${text}`)
      checkJson(JSON.parse(text), '')
    }
    const text = await get('/metrics')
    parseExposition(text, 'text')
    parseExposition(await get('/metrics', 'application/openmetrics-text;version=1.0.0'), 'openmetrics')
    parseExposition(await get(`/metrics?host=${names[0]}`), 'text')
    if (batches % SAMPLE !== 1 || noPromtool) return
    const complaints = await promtool(['check', 'metrics'], text)
    if (complaints !== '') throw new Error(complaints)
  }

  /** @returns how many different answers the Engines sent */
  return async (all: readonly Engine[], options: Partial<Config>): Promise<number> => {
    batches++
    polls.clear()
    const sent = new Set<Answer>()
    const hosts = all.map((_, index) => ({ name: `h${batches}-${index}`, address: String(fakes[index]?.address) }))
    for (const [index, engine] of all.entries()) play(fakes[index] as FakeEngine, engine, sent)
    const begun = performance.now()
    await app.applyConfig({ ...app.config, ...options, mintimeout: 50, hosts })
    await until(() => hosts.every(({ name }) => Number(polls.get(name)) >= POLLS))
    await until(() => performance.now() - begun > INSPECTED)
    await checkAnswers(hosts.map(({ name }) => name))
    for (const [index, { up, error }] of app.stats.snapshots().entries()) {
      if (!up && isSound(all[index] as Engine)) throw new Error(`the host is down: ${JSON.stringify(error)}`)
    }
    const lines = log().slice(logged)
    logged = log().length
    if (/"level":[56]0|unexpected error/.test(lines)) throw new Error(lines)
    if (!t.passing()) throw new Error('an answer does not match its schema')
    await app.applyConfig({ ...app.config, hosts: [] })
    for (const fake of fakes) fake.requests.length = fake.headers.length = 0
    return sent.size
  }
}

t.test('whatever Engines answer, every answer of the service is valid', async t => {
  const check = await createCheck(t)
  const batches = fc.tuple(fc.array(engines, { minLength: HOSTS / 2, maxLength: HOSTS, size: 'max' }), options)
  await fuzz(t, batches, batch => check(...batch))
})
