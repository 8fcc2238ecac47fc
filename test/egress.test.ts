import { readdirSync, readFileSync } from 'node:fs'
import type { ServerResponse } from 'node:http'
import { join } from 'node:path'
import type { FastifyInstance } from 'fastify'
import t, { type Test } from 'tap'
import { build } from './support/build.ts'
import { containerList, startFakeEngine, type FakeEngine, type FakeEngineOptions } from './support/fake-engine.ts'
import { until } from './support/until.ts'

const root = join(import.meta.dirname, '..')
const textOf = (file: string) => readFileSync(join(root, file), 'utf8')

/** What the placeholders in the table of docs/security.md stand for. */
const PLACEHOLDERS = new Map([['{api}', '\\d+\\.\\d+'], ['{id}', '\\w+'], ['{time}', '\\d+\\.\\d{3}']])
const HEADERS = ['connection', 'host', 'user-agent']

const patternOf = (path: string) => path.split(/(\{\w+\})/)
  .map(part => PLACEHOLDERS.get(part) ?? part.replace(/[.?[\]{}]/g, '\\$&')).join('')

/** The rows of the table, and the requests that each allows. */
function documented () {
  const [, table = ''] = textOf('docs/security.md').split('| Method | Path | When |\n|---|---|---|\n')
  return table.split('\n\n', 1).join().split('\n').map(row => {
    const [, method = '', path = ''] = /^\| `([A-Z]+)` \| `(\S+)` \| .+ \|$/.exec(row) ?? []
    return { method, path, allowed: new RegExp(`^${method} ${patternOf(path)}$`) }
  })
}

type Respond = (path: string, response: ServerResponse) => unknown

const forbid = (response: ServerResponse) => response.writeHead(403).end('Forbidden')
const list = (...ids: string[]) => containerList(ids.map(id => ({ id })))

/** Engines and proxies of all kinds. */
const ENGINES: Record<string, FakeEngineOptions & { respond?: Respond }> = {
  docker: { containers: list('aa', 'bb') },
  unnamed: { server: '', containers: list('aa') },
  old: { apiVersion: '1.23', minimumApiVersion: '1.12', containers: list('aa') },
  replaced: { apiVersion: '1.41', containers: list('aa') },
  podman: {
    server: 'Libpod/5.2.3 (linux)',
    apiVersion: '1.41',
    containers: list('aa'),
    respond: (path, response) => path.includes('libpod') && response.end('{"Error":null,"Stats":[]}')
  },
  filtered: { containers: list('aa'), respond: (path, response) => path === '/_ping' && forbid(response) },
  blind: {
    containers: list('aa'),
    respond: (path, response) => !path.includes('/containers/json') && forbid(response)
  },
  versioned: {
    apiVersion: '1.41',
    containers: list('aa'),
    respond: (path, response) => !/^\/v1\.41\/(?!_ping|version)/.test(path) && forbid(response)
  },
  broken: { respond: (_path, response) => response.writeHead(500).end('<html>') },
  reset: { respond: (_path, response) => response.destroy() },
  redirecting: {
    respond: (_path, response) => response.writeHead(307, { location: '/v1.51/containers/create' }).end()
  },
  hostile: { containers: list('../images/json?', '..', 'a/b', 'a b', '%2e%2e') },
  lying: {
    respond: (path, response) => response.end(path === '/version' ? '{"Version":"1","ApiVersion":"1.41/.."}' : 'OK')
  }
}
const DOWN = new Set(['old', 'broken', 'reset', 'redirecting', 'lying'])

async function startEngines (t: Test): Promise<Map<string, FakeEngine>> {
  const engines = new Map<string, FakeEngine>()
  for (const [name, { respond, ...options }] of Object.entries(ENGINES)) {
    const fake = await startFakeEngine(t, options)
    if (respond) fake.handler = ({ url = '' }, response) => respond(url, response) ?? false
    engines.set(name, fake)
  }
  return engines
}

const hosts = (engines: Map<string, FakeEngine>) =>
  [...engines].map(([name, { address }]) => `  ${name}: { url: '${address}' }\n`).join('')

/** Lets clients send requests of all kinds. */
async function consume (app: FastifyInstance) {
  const paths = [
    '/', '/stats', '/hosts', '/hosts/docker', '/containers', '/containers/docker/aa', '/config', '/metrics',
    '/sd', '/status', '/openapi.json', '/docs', '/containers/docker/..%2Fimages', '/v1.51/containers/json'
  ]
  for (const method of ['GET', 'HEAD', 'POST', 'DELETE'] as const) {
    for (const url of paths) await app.inject({ method, url, headers: { authorization: 'marked-secret' } })
  }
}

/** Runs the service from its start to its end; in between, containers and Engines change and clients send requests. */
async function live (t: Test, engines: Map<string, FakeEngine>) {
  const { docker, replaced, hostile } = Object.fromEntries(engines)
  if (!docker || !replaced || !hostile) throw new Error('an Engine is missing')
  const { app } = await build(t, { yaml: `mintimeout: 100\nresync: 1000\nhosts:\n${hosts(engines)}` })
  const isUp = (name: string) => app.stats.snapshots().find(({ host }) => host === name)?.up
  const asked = ({ requests }: FakeEngine, path: string) => requests.filter(request => request.includes(path)).length
  await until(() => [...engines.keys()].every(name => isUp(name) === !DOWN.has(name)))
  hostile.emit('start', '../aa')
  docker.containers = list('cc', 'aa', 'bb')
  docker.emit('start', 'cc')
  await until(() => asked(docker, '/containers/cc/json'))
  const lists = asked(docker, 'all=1')
  await until(() => asked(docker, 'all=1') > lists)
  Object.assign(replaced, { apiVersion: '1.51', minimumApiVersion: '1.44' })
  await until(() => asked(replaced, '/v1.51/containers/json?all=1'))
  await docker.close()
  await until(() => isUp('docker') === false)
  await docker.listen()
  await until(() => isUp('docker'))
  await consume(app)
  await app.close()
}

t.test('sends Engines exactly the requests that docs/security.md lists', async t => {
  const rows = documented()
  t.ok(rows.length > 0 && rows.length <= 12, `${rows.length} rows`)
  for (const { method } of rows) t.match(method, /^(GET|HEAD)$/)
  const engines = await startEngines(t)
  await live(t, engines)
  const sent = new Set([...engines.values()].flatMap(({ requests }) => requests.map(decodeURIComponent)))
  const unlisted = [...sent].filter(request => !rows.some(({ allowed }) => allowed.test(request)))
  t.strictSame(unlisted, [], 'everything that is sent is listed')
  const unsent = rows.filter(({ allowed }) => ![...sent].some(request => allowed.test(request)))
  t.strictSame(unsent.map(({ path }) => path), [], 'everything that is listed is sent')
  const headers = new Set([...engines.values()].flatMap(({ headers }) => headers.flatMap(Object.keys)))
  t.strictSame([...headers].sort(), HEADERS, 'no header says that there is a body')
})

t.test('sends Engines requests in two places, both with a constant method', async t => {
  const code = readdirSync(join(root, 'lib/engine'), { recursive: true, encoding: 'utf8' })
    .filter(file => file.endsWith('.ts')).map(file => textOf(`lib/engine/${file}`)).join('\n')
  t.strictSame(code.match(/\.dispatch\(|\brequest\s+\.call\(|\bfetch\(/g)?.length, 2)
  t.strictSame(code.match(/\bmethod: \S+/g), ["method: 'GET',", "method: 'GET',"])
})
