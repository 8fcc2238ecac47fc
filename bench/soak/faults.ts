import type { ServerResponse } from 'node:http'
import type { Fault, FakeHost, HostCall } from './host.ts'

/** Events of one flood: 5000 a second. */
const FLOOD = { events: 500, every: 100 }
/** Size of a huge response, MiB: more than any client should read. */
const HUGE = 500
const MEBIBYTE = Buffer.alloc(2 ** 20, ' ')
const RESTART_TAKES = 500
const SLOW_BYTE_EVERY = 250

function cutStreams (host: FakeHost) {
  for (const stream of host.streams) stream.destroy()
}

/** Affects every call, and cuts the open event streams. */
const everywhere = (answer: (call: HostCall, host: FakeHost) => void): Fault => ({
  begin: cutStreams,
  answer (host, call) {
    answer(call, host)
    return true
  }
})

/** Affects lists and the stats of the first container. */
const inPlaces = (answer: (call: HostCall, host: FakeHost) => void): Fault => ({
  answer (host, call) {
    const isTaken = call.kind === 'list' || (call.kind === 'stats' && call.container === host.containers[0])
    if (isTaken) answer(call, host)
    return isTaken
  }
})

const listenAgain = (host: FakeHost) => {
  host.listen().catch(error => { throw error })
}

/** Sends the head of a response. */
function open ({ response }: HostCall, body: string): ServerResponse {
  return response.writeHead(200, { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(body) })
}

function reset ({ request: { socket } }: HostCall) {
  if (socket.remoteAddress === undefined) socket.destroy() // unix sockets have no reset
  else socket.resetAndDestroy()
}

function sendHuge ({ response }: HostCall) {
  let left = HUGE
  const push = () => {
    while (left-- > 0 && !response.destroyed) {
      if (!response.write(MEBIBYTE)) return response.once('drain', push)
    }
    response.end()
  }
  push()
}

function sendSlowly (call: HostCall, host: FakeHost) {
  const body = host.bodyOf(call) ?? '{}'
  const response = open(call, body)
  let sent = 0
  const timer = setInterval(() => {
    if (sent < body.length) response.write(body[sent++])
  }, SLOW_BYTE_EVERY)
  response.once('close', () => clearInterval(timer))
}

function flood (): Fault {
  let timer: NodeJS.Timeout
  return {
    begin (host) {
      timer = setInterval(() => {
        for (let n = 0; n < FLOOD.events; n++) {
          const container = host.containers[n % host.containers.length]
          if (container) host.emit(n % 10 === 0 ? 'start' : 'exec_start: sh', container)
        }
      }, FLOOD.every)
    },
    end: () => clearInterval(timer)
  }
}

function restart (): Fault {
  let timer: NodeJS.Timeout
  return {
    begin (host) {
      host.drop()
      host.populate()
      timer = setTimeout(listenAgain, RESTART_TAKES, host)
    },
    end (host) {
      clearTimeout(timer)
      listenAgain(host)
    }
  }
}

/** Factories of all faults, by name. */
export const faults: Readonly<Record<string, () => Fault>> = {
  'refuses connections': () => ({ begin: host => host.drop(), end: listenAgain }),
  'accepts and never answers': () => everywhere(() => {}),
  'answers headers, then stops': () => everywhere((call, host) => open(call, host.bodyOf(call) ?? '{}').flushHeaders()),
  'stops halfway': () => everywhere((call, host) => {
    const body = host.bodyOf(call) ?? '{}'
    open(call, body).write(body.slice(0, body.length / 2))
  }),
  'resets halfway': () => everywhere((call, host) => {
    const body = host.bodyOf(call) ?? '{}'
    open(call, body).write(body.slice(0, body.length / 2), () => reset(call))
  }),
  'resets immediately': () => everywhere(reset),
  'truncates its JSON': () => everywhere((call, host) => call.response.end((host.bodyOf(call) ?? '{}').slice(0, -2))),
  'answers 500': () => everywhere(({ response }) => response.writeHead(500).end('{"message":"out of everything"}')),
  'answers HTML with 403': () => everywhere(({ response }) =>
    response.writeHead(403).end('<html><body><h1>403 Forbidden</h1></body></html>')),
  'answers 404 to everything': () => everywhere(({ response }) => response.writeHead(404).end('404 page not found')),
  'answers a byte at a time': () => everywhere(sendSlowly),
  'sends 500 MB': () => inPlaces(sendHuge),
  'withholds the stats of one container': () => inPlaces((call, host) => call.kind === 'list' && host.answer(call)),
  'floods the event streams': flood,
  'sends no events on open streams': () => ({
    begin: host => { host.isMute = true },
    end: host => { host.isMute = false }
  }),
  'cuts its event streams': () => {
    let timer: NodeJS.Timeout
    return { begin: host => { timer = setInterval(cutStreams, 500, host) }, end: () => clearInterval(timer) }
  },
  'restarts with other containers': restart
}
