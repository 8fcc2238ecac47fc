/**
 * Clients of `/stream` on raw sockets that count bytes and do not parse them, because the clients have to cost less
 * than the service. Argument (JSON): `port`, `token`, how many `clients`, and `encoding`. Replies to each message with
 * the figures since the last one.
 */
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'

const { port, token, clients, encoding } = JSON.parse(process.argv[2] ?? '{}')

/** Silence that separates two updates, milliseconds. */
const PAUSE = 200

let bytes = 0
let closed = 0
/** For each update: when its poll ended, and when each client had received it, milliseconds since the epoch. */
let updates: { polled: number, received: number[] }[] = []
let latest = 0

function receive (index: number, chunk: Buffer) {
  const now = Date.now()
  bytes += chunk.length
  if (now - latest > PAUSE) updates.push({ polled: NaN, received: [] })
  latest = now
  const update = updates.at(-1)
  if (update === undefined) return
  update.received[index] = now
  const [, lastSeen] = (index === 0 && /"lastSeen":"([^"]+)"/.exec(chunk.toString('latin1', 0, 2000))) || []
  if (lastSeen !== undefined) update.polled = Date.parse(lastSeen)
}

/** Opens a client; the first one never compresses, so that its bytes can be read. */
async function open (index: number): Promise<Socket> {
  const socket = connect(port, '127.0.0.1')
  socket.on('error', () => {}).on('close', () => { closed++ })
  await once(socket, 'connect')
  socket.write('GET /stream HTTP/1.1\r\nHost: bench\r\n' +
    `Authorization: ${token}\r\nAccept-Encoding: ${index === 0 ? 'identity' : encoding}\r\n\r\n`)
  await once(socket, 'data')
  return socket.on('data', chunk => receive(index, chunk))
}

for (let index = 0; index < clients; index++) await open(index)

process.on('message', () => {
  const lags = updates.map(({ polled, received }) => Math.max(...received.filter(Number.isFinite)) - polled)
  process.send?.({ bytes, closed, updates: updates.length, lags: lags.filter(Number.isFinite) })
  bytes = 0
  updates = []
})
process.on('disconnect', () => process.exit())
process.send?.('connected')
