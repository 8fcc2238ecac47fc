import { once } from 'node:events'
import { Agent, createServer, request as ask, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { containerList } from '../support/fake-engine.ts'
import { fixture } from '../support/fixture.ts'

export type Noise =
  /** Sends 10,000 events a second: of these containers, or each of a new unknown one. */
  | { kind: 'events', ids: string[] | null }
  | { kind: 'containers', total: number, running: number }
  /** Answers paths that match this pattern with 500 MB. */
  | { kind: 'bytes', path: string, statusCode: number }
  | { kind: 'none' }
  /** Changes nothing, to request a report. */
  | { kind: 'same' }

/** Sent to the parent process once the Engine listens, and in reply to each message. */
export interface Report {
  port: number
  events: number
  /** The largest number of bytes sent of one response. */
  bytes: number
}

/** Events per tick, and milliseconds per tick. */
const EVENTS = 100
const TICK = 10
const ANSWER = 500e6
const PIECE = Buffer.alloc(2 ** 16, 'x')

const [path = ''] = process.argv.slice(2)
const streams = new Set<ServerResponse>()
const agents = new WeakMap<Socket, Agent>()
const sample = fixture('v28/stats-one-shot.json')
const report: Report = { port: 0, events: 0, bytes: 0 }
let noise: Noise = { kind: 'none' }
let list = ''
let states = new Map<string, string>()
let ticking: NodeJS.Timeout | undefined

const headers = { Server: 'Docker/28.5.2 (linux)', 'Api-Version': '1.51' }
const idOf = (count: number) => `ee${count.toString(16).padStart(62, '0')}`
const isMadeUp = (url: string) => url.includes('/containers/ee0')

function eventText (id: string, Action: string): string {
  const timeNano = BigInt(Date.now()) * 1_000_000n + BigInt(report.events % 1000) * 1000n
  const Attributes = { image: 'busybox', name: id, 'com.docker.compose.project': 'web', maintainer: 'nobody' }
  const event = { status: Action, id, from: 'busybox', Type: 'container', Action, Actor: { ID: id, Attributes } }
  return `${JSON.stringify({ ...event, scope: 'local' }).slice(0, -1)},"timeNano":${timeNano}}\n`
}

/** Does not catch up on late ticks, so that a busy machine gets fewer events instead of bursts. */
function flood (ids: string[] | null) {
  return setInterval(() => {
    let text = ''
    for (let count = 0; count < EVENTS; count++) {
      const id = ids?.[count % ids.length] ?? idOf(report.events)
      text += eventText(id, ids ? 'health_status: healthy' : 'start')
      report.events++
    }
    for (const stream of streams) if (!stream.writableNeedDrain) stream.write(text)
  }, TICK)
}

/** Sends a huge response until the client disconnects. */
async function pour (response: ServerResponse, statusCode: number) {
  response.writeHead(statusCode, headers)
  const closed = new AbortController()
  response.once('close', () => closed.abort())
  let bytes = 0
  while (bytes < ANSWER && !closed.signal.aborted) {
    bytes += PIECE.length
    const isRoom = response.write(PIECE)
    report.bytes = Math.max(report.bytes, bytes - response.writableLength)
    if (!isRoom) await once(response, 'drain', closed).catch(() => {})
  }
  response.end()
}

/** Forwards a request, over one connection per incoming connection. */
function pass (request: IncomingMessage, response: ServerResponse) {
  const { socket, url, headers } = request
  const agent = agents.get(socket) ?? new Agent({ keepAlive: true, maxSockets: 1 })
  if (!agents.has(socket)) socket.once('close', () => agent.destroy())
  agents.set(socket, agent)
  const onward = ask({ socketPath: path, path: url, headers, agent }, answer => {
    response.writeHead(Number(answer.statusCode), answer.headers).flushHeaders()
    answer.pipe(response)
    if (url?.includes('/events')) streams.add(response)
  })
  onward.once('error', () => response.destroy())
  response.once('close', () => {
    streams.delete(response)
    onward.destroy()
  })
  onward.end()
}

/** Answers for the `containers` noise, which has more containers than the fake behind. */
function answerOfMany (url: string): string | null {
  if (url.includes('/containers/json')) return list
  const [, id = '', what] = /\/containers\/(\w+)\/(stats|json)/.exec(url) ?? []
  const state = states.get(id)
  if (state === undefined) return null
  const details = { Id: id, Name: `/${id}`, State: { Status: state }, HostConfig: { NetworkMode: 'bridge' } }
  return what === 'stats' ? sample : JSON.stringify(details)
}

const server = createServer((request, response) => {
  const url = String(request.url)
  if (noise.kind === 'bytes' && new RegExp(noise.path).test(url)) return pour(response, noise.statusCode)
  const text = noise.kind === 'containers' ? answerOfMany(url) : null
  if (text !== null) return response.writeHead(200, headers).end(text)
  if (isMadeUp(url)) return response.writeHead(404, headers).end('{"message":"No such container"}')
  pass(request, response)
})

function begin (next: Noise) {
  noise = next
  clearInterval(ticking)
  report.events = report.bytes = 0
  if (next.kind === 'events') ticking = flood(next.ids)
  if (next.kind === 'bytes') for (const stream of streams) stream.destroy()
  if (next.kind !== 'containers') return
  const stateOf = (index: number) => index < next.running ? 'running' : 'exited'
  const containers = Array.from({ length: next.total }, (_, index) => ({ id: idOf(index), state: stateOf(index) }))
  list = containerList(containers)
  states = new Map(containers.map(({ id, state }) => [id, state]))
}

process.on('message', (next: Noise) => {
  if (next.kind !== 'same') begin(next)
  process.send?.(report)
})
process.once('disconnect', () => process.exit())

server.listen(0, '127.0.0.1', () => {
  report.port = (server.address() as AddressInfo).port
  process.send?.(report)
})
