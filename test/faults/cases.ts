import type { ServerResponse } from 'node:http'
import { Socket } from 'node:net'
import { fixture } from '../support/fixture.ts'

/** Engine calls, with a pattern for their paths without the version. */
export const CALLS = {
  ping: /^\/_ping$/,
  version: /^\/version$/,
  info: /^\/info$/,
  list: /^\/containers\/json/,
  inspect: /^\/containers\/\w+\/json/,
  stats: /^\/containers\/\w+\/stats/,
  'all stats': /^\/libpod\/containers\/stats/,
  events: /^\/events/
}

export type CallName = keyof typeof CALLS

/** A way for a call to fail, and the resulting error code; null if the call is only slow. */
export interface Kind {
  title: string
  code: string | null
  answer (response: ServerResponse, body: string): void
}

const headers = { 'Content-Type': 'application/json' }
const says = (statusCode: number, text: string) => (response: ServerResponse) => {
  response.writeHead(statusCode, headers).end(text)
}
const slow = (milliseconds: number) => (response: ServerResponse, body: string) => {
  setTimeout(() => response.writeHead(200, headers).end(body), milliseconds)
}
const HTML = '<html><h1>Welcome</h1></html>'

/** Delays are a tenth of what their title says, like the limits in these tests. */
export const KINDS: Kind[] = [
  { title: '404 in HTML', code: 'ENGINE_NOT_FOUND', answer: says(404, '<h1>404 Not Found</h1>') },
  { title: '404 in JSON', code: 'ENGINE_NOT_FOUND', answer: says(404, '{"message":"page not found"}') },
  {
    title: '403 from HAProxy',
    code: 'ENGINE_FORBIDDEN',
    answer: says(403, fixture('tecnativa-403.http').split(/\r?\n\r?\n/)[1] ?? '')
  },
  { title: '409', code: 'ENGINE_FAILED', answer: says(409, '{"message":"conflict"}') },
  { title: '500', code: 'ENGINE_FAILED', answer: says(500, '{"message":"no storage"}') },
  { title: '200 with an error', code: 'ENGINE_FAILED', answer: says(200, '{"message":"no storage","response":500}\n') },
  { title: 'nothing', code: 'ENGINE_BAD_ANSWER', answer: says(200, '') },
  { title: 'HTML', code: 'ENGINE_BAD_ANSWER', answer: says(200, HTML) },
  {
    title: 'truncated',
    code: 'ENGINE_DISCONNECTED',
    answer (response) {
      response.writeHead(200, { ...headers, 'Content-Length': 900 }).write('{"Id":')
      setImmediate(() => response.destroy())
    }
  },
  {
    title: 'reset',
    code: 'ENGINE_DISCONNECTED',
    answer ({ socket }) { if (socket instanceof Socket) socket.destroy() }
  },
  { title: 'hangs', code: 'ENGINE_TIMEOUT', answer () {} },
  { title: 'takes 0.6 s', code: null, answer: slow(60) },
  { title: 'takes 2.2 s', code: null, answer: slow(220) }
]

/** Codes that differ from the kind's own, by call and kind. */
const DISPLACED = new Map([
  ['events nothing', 'ENGINE_DISCONNECTED'], ['events HTML', 'ENGINE_DISCONNECTED'], // the stream ends immediately
  ['stats nothing', 'ENGINE_FAILED'] // no sample, repeatedly
])

/** The code expected in `problems`; null if none is. */
export function codeOf (call: CallName, { title, code }: Kind): string | null {
  if (call === 'ping' || call === 'version') return null // other calls identify the Engine
  if (call === 'all stats' && /FORBIDDEN|NOT_FOUND/.test(String(code))) return null // falls back to single calls
  return code && (DISPLACED.get(`${call} ${title}`) ?? code)
}
