import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import type { FastifyInstance } from 'fastify'
import type { Test } from 'tap'

/** Lets the service listen on a free loopback port, and returns the port. */
export async function listenOn (app: FastifyInstance): Promise<number> {
  await app.listen({ host: '127.0.0.1', port: 0 })
  const [address] = app.addresses()
  return typeof address === 'object' ? address.port : 0
}

/** Connects to the service for the duration of the test. */
export function dial (t: Test, port: number): Socket {
  const socket = connect(port, '127.0.0.1')
  socket.on('error', () => { /* the service may close it at any time */ })
  t.teardown(() => socket.destroy())
  return socket
}

export interface RawAnswer {
  statusCode: number
  headers: string
  body: string
}

/** Sends bytes, valid HTTP or not, and returns the response until the service closes the connection. */
export async function send (t: Test, port: number, bytes: string): Promise<RawAnswer> {
  const socket = dial(t, port)
  socket.write(bytes)
  let text = ''
  socket.setEncoding('utf8').on('data', chunk => { text += chunk })
  await once(socket, 'close')
  const [headers = '', body = ''] = text.split('\r\n\r\n')
  return { statusCode: Number(headers.slice(9, 12)), headers, body }
}
