import { STATUS_CODES } from 'node:http'
import type { Socket } from 'node:net'
import { BadRequest, codeOf, HeadersTooLarge, messageOf, RequestTimeout } from '../errors.ts'

/** Milliseconds that a client has to read the error before its connection is destroyed. */
const LINGER = 1000

interface Failure {
  statusCode?: number
  code: string
  message: string
}

/** The body of every error. */
export function errorBody ({ statusCode = 500, code, message }: Failure) {
  return { statusCode, code, error: STATUS_CODES[statusCode], message }
}

function errorOf (cause: Error) {
  const code = codeOf(cause)
  if (code === 'HPE_HEADER_OVERFLOW') return new HeadersTooLarge('server.limits.headerBytes')
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') return new RequestTimeout()
  return new BadRequest(messageOf(cause).replace(/^Parse Error: /, ''))
}

/**
 * Responds to a request that Node.js cannot parse, or that is too large or too slow, and closes the connection.
 * @param origin value of `Access-Control-Allow-Origin`; null if it depends on the request
 */
export function answerClientError (cause: Error, socket: Socket, origin: string | null): void {
  if (codeOf(cause) === 'ECONNRESET' || !socket.writable) {
    socket.destroy()
    return
  }
  const error = errorBody(errorOf(cause))
  const body = JSON.stringify(error)
  socket.end([
    `HTTP/1.1 ${error.statusCode} ${error.error}`,
    'Content-Type: application/json; charset=utf-8',
    `Content-Length: ${Buffer.byteLength(body)}`,
    ...origin === null ? [] : [`Access-Control-Allow-Origin: ${origin}`],
    'Connection: close',
    '',
    body
  ].join('\r\n'))
  setTimeout(() => socket.destroy(), LINGER).unref()
}
