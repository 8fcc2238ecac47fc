import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import http, { type IncomingHttpHeaders, type ServerResponse } from 'node:http'
import https from 'node:https'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import type { Test } from 'tap'
import type { Route } from '../../lib/notify/post.ts'
import { authority } from './certificates.ts'

export interface Received {
  method: string
  path: string
  headers: IncomingHttpHeaders
  body: string
}

export type Answer = (response: ServerResponse, received: Received) => unknown

/** An HTTP server that takes notifications. */
export interface Receiver {
  port: number
  received: Received[]
  /** Can be replaced while it runs. */
  answer: Answer
}

export interface SecureReceiver extends Receiver {
  /** Leads requests to any host here; the certificate has to be for that host. */
  route: Route
}

async function listen (t: Test, server: http.Server | https.Server, answer: Answer): Promise<Receiver> {
  const receiver: Receiver = { port: 0, received: [], answer }
  server.on('request', async (request: http.IncomingMessage, response: ServerResponse) => {
    const { method = '', url = '', headers } = request
    const received = { method, path: url, headers, body: await text(request) }
    receiver.received.push(received)
    receiver.answer(response, received)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  receiver.port = (server.address() as AddressInfo).port
  t.teardown(() => {
    server.close()
    server.closeAllConnections()
  })
  return receiver
}

const ok: Answer = response => response.end()

export const startReceiver = (t: Test, answer = ok): Promise<Receiver> => listen(t, http.createServer(), answer)

/** Starts a receiver with a certificate for a host. */
export async function startSecureReceiver (t: Test, host: string, answer = ok): Promise<SecureReceiver> {
  const { ca, issue } = await authority(t)
  const { cert, key } = await issue('receiver', { names: `DNS:${host}` })
  const server = https.createServer({ cert: readFileSync(cert), key: readFileSync(key) })
  const receiver = await listen(t, server, answer)
  const lookup: Route['lookup'] = (_host, { all }, callback) =>
    all ? callback(null, [{ address: '127.0.0.1', family: 4 }]) : callback(null, '127.0.0.1', 4)
  return Object.assign(receiver, { route: { lookup, port: receiver.port, ca: readFileSync(ca) } })
}

/** Answers with JSON. */
export const json = (status: number, body: object, headers: Record<string, string> = {}): Answer => response =>
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body))
