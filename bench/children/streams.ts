/**
 * Clients of `/stream` on raw sockets that count bytes and do not parse them, because the clients have to cost less
 * than the service. Argument (JSON): `port`, `token`, how many `clients`, and `encoding`. Replies to each message with
 * the figures since the last one.
 */
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'

const { port, token, clients, encoding } = JSON.parse(process.argv[2] ?? '{}')

const request = `GET /stream HTTP/1.1\r\nHost: bench\r\nAuthorization: ${token}\r\nAccept-Encoding: ${encoding}\r\n\r\n`

/** Silence that separates two updates, milliseconds. */
const PAUSE = 200

let bytes = 0
let closed = 0
/** For each update: when the first byte came to the first client, and the last byte to each, by client. */
let updates: { begun: number, last: number[] }[] = []
let latest = -Infinity

function receive (index: number, chunk: Buffer) {
  const now = performance.now()
  bytes += chunk.length
  if (now - latest > PAUSE) updates.push({ begun: now, last: [] })
  latest = now
  const update = updates.at(-1)
  if (update) update.last[index] = now
}

async function open (index: number): Promise<Socket> {
  const socket = connect(port, '127.0.0.1')
  socket.on('error', () => {}).on('close', () => { closed++ })
  await once(socket, 'connect')
  socket.write(request)
  await once(socket, 'data')
  return socket.on('data', chunk => receive(index, chunk))
}

for (let index = 0; index < clients; index++) await open(index)

process.on('message', () => {
  const lags = updates.flatMap(({ begun, last }) => last.map(at => at - begun)).filter(Number.isFinite)
  process.send?.({ bytes, closed, updates: updates.length, lags })
  bytes = 0
  updates = []
})
process.on('disconnect', () => process.exit())
process.send?.('connected')
