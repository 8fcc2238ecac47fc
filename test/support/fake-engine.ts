import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo, Socket } from 'node:net'
import { join } from 'node:path'
import type { Test } from 'tap'
import { fixture } from './fixture.ts'
import { folder } from './folder.ts'

/** Answers a request, or returns false to leave it to the fake. */
type Handler = (request: IncomingMessage, response: ServerResponse) => unknown

export interface FakeEngineOptions {
  transport?: 'unix' | 'tcp'
  server?: string
  apiVersion?: string
  minimumApiVersion?: string
  /** Bodies of /containers/json and /info. */
  containers?: string
  info?: string
  /** Bodies of stats, by container ID; default: the recorded one-shot stats of Docker 28.5. */
  stats?: Record<string, string>
  /** Bodies of inspections, by container ID; default: derived from the list. */
  details?: Record<string, string>
  /** Whether /events is answered. */
  hasEvents?: boolean
}

/** A fake Engine on a real socket; its properties can be changed while it runs. */
export interface FakeEngine extends Required<Omit<FakeEngineOptions, 'transport'>> {
  address: string
  /** Method and path of every request so far. */
  requests: string[]
  headers: IncomingMessage['headers'][]
  /** Takes precedence over the fake's own responses. */
  handler: Handler | null
  sockets: Set<Socket>
  /** Open event streams. */
  streams: Set<ServerResponse>
  /** The last 256 events, which Engines buffer too. */
  events: { timeNano: number }[]
  /** Sends an event to all open streams, and to later ones with an earlier `since`. */
  emit (action: string, id: string, attributes?: Record<string, string>): void
  listen (): Promise<void>
  close (): Promise<void>
}

const older = (a: string, b: string) => a.localeCompare(b, 'en', { numeric: true }) < 0

function reply (response: ServerResponse, statusCode: number, body: string) {
  response.writeHead(statusCode, { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(body) })
  response.end(body)
}

function answer (engine: FakeEngine, request: IncomingMessage, response: ServerResponse) {
  response.setHeader('Server', engine.server).setHeader('Api-Version', engine.apiVersion)
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://engine')
  const [, version = engine.apiVersion, path = ''] = /^(?:\/v([\d.]+))?(\/.*)$/.exec(pathname) ?? []
  if (older(version, engine.minimumApiVersion) || older(engine.apiVersion, version)) {
    const is = older(engine.apiVersion, version) ? 'new. Maximum' : 'old. Minimum'
    const message = `client version ${version} is too ${is} supported API version is …`
    return reply(response, 400, JSON.stringify({ message }))
  }
  if (path === '/_ping') return reply(response, 200, 'OK')
  if (path === '/version') return reply(response, 200, '{}')
  if (path === '/info') return reply(response, 200, engine.info)
  if (path === '/containers/json') return reply(response, 200, engine.containers)
  if (path === '/events' && engine.hasEvents) return openStream(engine, response, Number(searchParams.get('since')))
  const [, id, what] = /^\/containers\/(\w+)\/(stats|json)$/.exec(path) ?? []
  if (id === undefined) return reply(response, 404, '{"message":"page not found"}')
  const entry = listed(engine, id)
  if (!entry) return reply(response, 404, '{"message":"No such container"}')
  if (what === 'stats') return reply(response, 200, engine.stats[id] ?? fixture('v28/stats-one-shot.json'))
  reply(response, 200, engine.details[id] ?? detailsOf(entry))
}

interface Listed {
  Id: string
  Names: string[]
  Image: string
  State: string
  HostConfig?: object
  Labels?: Record<string, string>
}

function listed (engine: FakeEngine, id: string): Listed | undefined {
  const list: Listed[] = JSON.parse(engine.containers)
  return list.find(({ Id }) => Id === id)
}

/** The body of an inspection, derived from an entry of a list. */
export const detailsOf = ({ Id, Names, Image, State, HostConfig, Labels }: Listed, state: object = {}): string => {
  const Name = Names.find(name => name.lastIndexOf('/') === 0)
  const about = { RestartCount: 0, State: { Status: State, ...state }, Config: { Image, Labels }, HostConfig }
  return JSON.stringify({ Id, Name, ...about })
}

const lineOf = (event: object) => `${JSON.stringify(event)}\n`

function openStream (engine: FakeEngine, response: ServerResponse, since: number) {
  response.writeHead(200, { 'Content-Type': 'application/json' }).flushHeaders()
  for (const event of engine.events) if (event.timeNano >= since * 1e9) response.write(lineOf(event))
  engine.streams.add(response)
  response.once('close', () => engine.streams.delete(response))
}

/** Starts a fake Engine for the duration of the test. */
export async function startFakeEngine (t: Test, options: FakeEngineOptions = {}): Promise<FakeEngine> {
  const { transport = 'unix', ...given } = options
  const server = createServer((request, response) => {
    engine.requests.push(`${request.method} ${request.url}`)
    engine.headers.push(request.headers)
    if (!engine.handler || engine.handler(request, response) === false) answer(engine, request, response)
  })
  const path = join(folder(t), 'engine.sock')
  let port = 0
  let emitted = 0
  const engine: FakeEngine = {
    server: 'Docker/28.5.2+dfsg4 (linux)',
    apiVersion: '1.51',
    minimumApiVersion: '1.24',
    containers: '[]',
    info: fixture('v28/info.json'),
    stats: {},
    details: {},
    hasEvents: true,
    ...given,
    address: '',
    requests: [],
    headers: [],
    handler: null,
    sockets: new Set(),
    streams: new Set(),
    events: [],
    emit (action, id, attributes = {}) {
      const timeNano = (Date.now() + emitted++ / 1000) * 1e6
      const event = { Type: 'container', Action: action, Actor: { ID: id, Attributes: attributes }, timeNano }
      engine.events = [...engine.events, event].slice(-256)
      for (const stream of engine.streams) stream.write(lineOf(event))
    },
    async listen () {
      server.listen(transport === 'unix' ? { path } : { port, host: '127.0.0.1' })
      await once(server, 'listening')
      if (transport === 'tcp') port = (server.address() as AddressInfo).port
      engine.address = transport === 'unix' ? `unix://${path}` : `tcp://127.0.0.1:${port}`
    },
    async close () {
      if (!server.listening) return
      server.close()
      for (const socket of engine.sockets) socket.destroy()
      await once(server, 'close')
    }
  }
  server.on('connection', socket => {
    engine.sockets.add(socket)
    socket.once('close', () => engine.sockets.delete(socket))
  })
  await engine.listen()
  t.teardown(() => engine.close())
  return engine
}

export interface FakeContainer {
  id: string
  names?: string[]
  image?: string
  state?: string
  networkMode?: string
  status?: string
  created?: number
  labels?: Record<string, string>
}

/** The body of /containers/json. */
export const containerList = (containers: FakeContainer[]): string => JSON.stringify(containers.map(container => {
  const { id, names = [`/${id}`], image = 'busybox', state = 'running', networkMode = 'bridge' } = container
  const { status: Status = '', created: Created = 0, labels: Labels } = container
  const HostConfig = { NetworkMode: networkMode }
  return { Id: id, Names: names, Image: image, State: state, Status, Created, Labels, HostConfig }
}))
