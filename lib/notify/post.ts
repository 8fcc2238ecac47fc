import http from 'node:http'
import https, { type RequestOptions } from 'node:https'
import { withDeadline } from '../engine/deadline.ts'
import { version } from '../version.ts'
import type { TargetRequest } from './targets/target.ts'

/** Milliseconds until the answer has arrived. */
const TIMEOUT = 10_000

/** Characters of an answer to read. */
const MAX_BODY = 16_384

/** How to reach a server, if not by the name and port in its URL; the certificate still has to have that name. */
export type Route = Pick<RequestOptions, 'lookup' | 'port' | 'ca'>

export interface PostOptions {
  signal?: AbortSignal
  route?: Route | undefined
  timeout?: number | undefined
}

export interface Answer {
  status: number
  /** `Retry-After`. */
  retryAfter: string | undefined
  /** Its beginning. */
  body: string
}

async function read (response: http.IncomingMessage): Promise<string> {
  let body = ''
  response.setEncoding('utf8')
  for await (const chunk of response) {
    body += chunk
    if (body.length > MAX_BODY) break
  }
  return body
}

/** Sends a request. Follows no redirects, and uses no proxy. */
export function post ({ url, headers, body }: TargetRequest, options: PostOptions = {}): Promise<Answer> {
  const { route, signal: outer, timeout = TIMEOUT } = options
  const { request } = url.startsWith('https:') ? https : http
  return withDeadline(timeout, outer, async signal => {
    const response = await new Promise<http.IncomingMessage>((resolve, reject) => {
      const all = { ...headers, 'content-length': Buffer.byteLength(body), 'user-agent': `DockStatAPI/${version}` }
      request(url, { ...route, method: 'POST', headers: all, agent: false, signal })
        .on('response', resolve).on('error', error => reject(signal.aborted ? signal.reason : error)).end(body)
    })
    return {
      status: Number(response.statusCode),
      retryAfter: response.headers['retry-after'],
      body: await read(response)
    }
  })
}
