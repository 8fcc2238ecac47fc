import dns from 'node:dns'
import { Socket } from 'node:net'
import t from 'tap'
import type { FakeEngine } from '../support/fake-engine.ts'
import { ailing, down, matrix } from './matrix.ts'
import { createRelay } from './relay.ts'

type Handler = NonNullable<FakeEngine['handler']>

const only = (what: RegExp, handler: Handler) => (fake: FakeEngine) => {
  fake.handler = (request, response) => what.test(String(request.url)) ? handler(request, response) : false
}
const close = (fake: FakeEngine) => fake.close()
const listen = (fake: FakeEngine) => fake.listen()

const headers = { 'Api-Version': '1.51', Server: 'Docker/28.5.2 (linux)' }
const stops: Handler = (_request, response) => response.writeHead(200, headers).flushHeaders()
const breaksOff: Handler = ({ socket }) =>
  socket.end('HTTP/1.1 200 OK\r\nApi-Version: 1.51\r\nTransfer-Encoding: chunked\r\n\r\n40\r\n[{"Id":"aa"')
const resets: Handler = ({ socket }, response) => response.writeHead(200, headers).write('[{"Id"', () => {
  if (socket instanceof Socket) socket.resetAndDestroy()
})
const drips: Handler = (_request, response) => {
  response.writeHead(200, headers).write('[')
  const timer = setInterval(() => response.write(' '), 1000)
  response.once('close', () => clearInterval(timer))
}

const frozen = createRelay()
const full = createRelay()

const lookup = dns.lookup
let isKnown = true
type Found = (error: Error | null, addresses?: dns.LookupAddress[]) => void
t.intercept(dns, 'lookup', {
  value: (name: string, options: dns.LookupOptions, done: Found) => {
    if (name !== 'engine.invalid') return lookup(name, options, (error, address) => done(error, address as never))
    const error = Object.assign(new Error(`getaddrinfo ENOTFOUND ${name}`), { code: 'ENOTFOUND' })
    process.nextTick(done, isKnown ? null : error, [{ address: '127.0.0.1', family: 4 }])
  }
})

const lists = { resync: 100 }

matrix(t, [
  {
    title: 'a refused connection',
    options: { transport: 'tcp' },
    begin: close,
    end: listen,
    says: down('ENGINE_REFUSED', /GET \/_ping: connection refused.*ECONNREFUSED/)
  },
  {
    title: 'a missing socket',
    begin: close,
    end: listen,
    says: down('ENGINE_UNREACHABLE', /GET \/_ping: unreachable \(ENOENT/)
  },
  {
    title: 'a host name that does not resolve',
    options: { transport: 'tcp' },
    address: (_t, { address }) => address.replace('127.0.0.1', 'engine.invalid'),
    begin (fake) {
      isKnown = false
      for (const socket of fake.sockets) socket.destroy()
    },
    end () { isKnown = true },
    says: down('ENGINE_UNREACHABLE', /GET \/_ping: unreachable \(ENOTFOUND.*engine\.invalid/)
  },
  {
    title: 'a connect that hangs',
    limits: { connect: 200 },
    address: full.start,
    begin: full.freezeAndFill,
    end: full.thaw,
    says: down('ENGINE_TIMEOUT', /GET \/_ping: timed out \(UND_ERR_CONNECT_TIMEOUT/),
    after: full.stop
  },
  {
    title: 'a machine that freezes',
    address: frozen.start,
    begin: frozen.freeze,
    end: frozen.thaw,
    says: down('ENGINE_TIMEOUT', /GET \/_ping: timed out/),
    after: frozen.stop
  },
  {
    title: 'an Engine that accepts and never answers',
    begin: only(/./, () => {}),
    says: down('ENGINE_TIMEOUT', /GET \/_ping: timed out/)
  },
  {
    title: 'a response that stops after its headers',
    timing: lists,
    begin: only(/containers\/json|stats|events/, stops),
    says: { up: true, problems: { 0: { code: 'ENGINE_TIMEOUT', message: /timed out/ } } }
  },
  {
    title: 'a response that stops in the middle of a chunk',
    timing: lists,
    begin: only(/containers\/json/, breaksOff),
    says: ailing('list', 'ENGINE_DISCONNECTED', /GET \/containers\/json: connection lost/)
  },
  {
    title: 'a response at one byte per second',
    timing: lists,
    begin: only(/containers\/json/, drips),
    says: ailing('list', 'ENGINE_TIMEOUT', /GET \/containers\/json: timed out/)
  },
  {
    title: 'a reset in the middle of a list',
    timing: lists,
    options: { transport: 'tcp' },
    begin: only(/containers\/json/, resets),
    says: ailing('list', 'ENGINE_DISCONNECTED', /GET \/containers\/json: connection lost/)
  },
  {
    title: 'a reset in the middle of stats',
    options: { transport: 'tcp' },
    begin: only(/stats/, resets),
    says: ailing('stats', 'ENGINE_DISCONNECTED', /GET \/containers\/\w\w\/stats: connection lost/)
  },
  {
    title: 'one container whose stats never arrive',
    timing: { hungFirst: 100, hungMost: 100 },
    begin: only(/bb\/stats/, () => {}),
    says: {
      ...ailing('stats', 'ENGINE_TIMEOUT', /bb\/stats: timed out/),
      containers: { 1: { id: 'bb', sample: { rxBytesDelta: null } } }
    },
    during (t, { collector: { snapshot }, log }) {
      const [first, hung, last] = snapshot.containers.map(({ sample }) => Number(sample?.at))
      t.ok(Math.min(Number(first), Number(last)) > Number(hung), 'the host keeps polling the other containers')
      t.match(log.at(-1), /"stats" failed for bb: .*bb\/stats: timed out/)
    }
  }
])
