import type { OutgoingHttpHeaders } from 'node:http'
import t from 'tap'
import type { FakeEngine } from '../support/fake-engine.ts'
import { fixture } from '../support/fixture.ts'
import { ailing, down, matrix } from './matrix.ts'

type Handler = NonNullable<FakeEngine['handler']>

/** Answers all requests that match `what` in the same way. */
const always = (statusCode: number, body: string, headers: OutgoingHttpHeaders = {}) => (fake: FakeEngine) => {
  fake.handler = (_request, response) => response.writeHead(statusCode, headers).end(body)
}
const only = (what: RegExp, handler: Handler) => (fake: FakeEngine) => {
  fake.handler = (request, response) => what.test(String(request.url)) ? handler(request, response) : false
}
const engine = { 'Api-Version': '1.51', Server: 'Docker/28.5.2 (linux)' }
const sends = (body: string): Handler => (_request, response) => response.writeHead(200, engine).end(body)

const timing = { resync: 100 }

matrix(t, [
  {
    title: 'a truncated list',
    timing,
    begin: only(/containers\/json/, sends('[{"Id":"aa","Names":["/a')),
    says: ailing('list', 'ENGINE_BAD_ANSWER', /GET \/containers\/json: .*not JSON/)
  },
  {
    title: 'truncated stats',
    begin: only(/aa\/stats/, sends('{"read":"2026-11-23T05:42:02Z","cpu_stats":{"cpu_us')),
    says: {
      ...ailing('stats', 'ENGINE_BAD_ANSWER', /aa\/stats: .*not JSON/),
      containers: { 0: { id: 'aa', sample: { rxBytesDelta: null } } }
    },
    during (t, { log }) { t.match(log.at(-1), /"stats" failed for aa: .*aa\/stats: .*not JSON/) }
  },
  {
    title: 'text instead of JSON for everything',
    begin: always(200, 'hello', engine),
    says: { up: true, problems: { 0: { what: 'stats', code: 'ENGINE_BAD_ANSWER', message: /not JSON/ } } }
  },
  {
    title: 'a web server instead of an Engine',
    begin: always(200, '<html>Welcome to nginx!</html>'),
    says: down('ENGINE_BAD_ANSWER', /GET \/_ping: .*no Api-Version/)
  },
  {
    title: '403 in HTML for everything',
    begin: always(403, '<html><body><h1>403 Forbidden</h1>\nRequest forbidden by administrative rules.</body></html>'),
    says: {
      ...down('ENGINE_FORBIDDEN', /GET \/containers\/json: .*403 Forbidden Request .*set CONTAINERS=1 on the proxy/),
      missingRights: { 0: 'CONTAINERS=1', 1: 'PING=1', 2: 'VERSION=1' }
    }
  },
  {
    title: '500 with a message',
    begin: always(500, fixture('err500-df-busy.json'), engine),
    says: down('ENGINE_FAILED', /GET \/_ping: the Engine answered 500 a disk usage operation is already running/)
  },
  {
    title: '404 for everything',
    begin: always(404, '{"message":"page not found"}'),
    says: down('ENGINE_BAD_ANSWER', /GET \/_ping: unexpected response; is this a Docker Engine\? \(no Docker API at/)
  },
  ...['old', 'new'].map(version => ({
    title: `400 because the client version is too ${version}`,
    timing,
    begin: only(/^\/v/, (_request, response) =>
      response.writeHead(400, engine).end(fixture(`err400-${version}client.json`))),
    says: down('ENGINE_VERSION', new RegExp(`is too ${version}`))
  })),
  {
    title: 'redirects',
    begin: always(301, '', { ...engine, Location: 'http://127.0.0.1:1/' }),
    says: down('ENGINE_FAILED', /GET \/_ping: .* 301, a redirect; set url to http:\/\/127\.0\.0\.1:1\//)
  }
])
