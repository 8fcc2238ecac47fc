import { createParser } from 'eventsource-parser'
import { get, type IncomingHttpHeaders, type IncomingMessage } from 'node:http'
import { once } from 'node:events'
import { createGunzip } from 'node:zlib'
import type { Test } from 'tap'
import { until } from './until.ts'

/** The data of all kinds of events. */
interface Data {
  host?: { host: string, [field: string]: unknown }
  containers?: Row[]
  changed?: Row[]
  left?: string[]
  reason?: string
  action?: string
  container?: { id: string } | null
}

interface Row {
  id: string
  [field: string]: unknown
}

export interface Received {
  id: string | undefined
  event: string | undefined
  data: Data
}

/** What a client of `/stream` has received so far. */
export interface Events {
  headers: IncomingHttpHeaders
  statusCode: number | undefined
  all: Received[]
  /** Numbers of comment lines. */
  comments: string[]
  /** Whether the stream has ended, and whether in order. */
  state: 'open' | 'ended' | 'cut off'
  /** Waits for an event, among all that have been received. */
  find (event: string, matches?: (data: Data) => boolean): Promise<Received>
  close (): void
}

/** Parses a stream as clients do. */
export function parser (): { all: Received[], comments: string[], feed (text: string): void } {
  const [all, comments]: [Received[], string[]] = [[], []]
  const { feed } = createParser({
    onEvent: ({ id, event, data }) => all.push({ id, event, data: JSON.parse(data) }),
    onComment: comment => comments.push(comment)
  })
  return { all, comments, feed }
}

/** Connects to `/stream` for the duration of the test. */
export async function openEvents (
  t: Test, url: string, headers: Record<string, string> = {}
): Promise<Events> {
  const request = get(url, { headers: { authorization: 'marked-secret', ...headers } })
  request.on('error', () => {})
  t.teardown(() => request.destroy())
  const [response] = await once(request, 'response') as [IncomingMessage]
  const { all, comments, feed } = parser()
  const isZipped = response.headers['content-encoding'] === 'gzip'
  const text = isZipped ? response.pipe(createGunzip()) : response
  const events: Events = {
    headers: response.headers,
    statusCode: response.statusCode,
    all,
    comments,
    state: 'open',
    find: (event, matches = () => true) => until(() => all.find(one => one.event === event && matches(one.data))),
    close: () => request.destroy()
  }
  text.setEncoding('utf8').on('data', feed)
  text.once('end', () => { events.state = 'ended' })
  text.once('error', () => { events.state = 'cut off' })
  response.once('error', () => { events.state = 'cut off' })
  return events
}

/** The containers that a client knows from its events, by host, in the order of their IDs. */
export function containersOf (events: readonly Received[]): Record<string, Row[]> {
  const hosts = new Map<string, Map<string, Row>>()
  for (const { event, data } of events) {
    const host = data.host?.host ?? String(data.host)
    if (event === 'removed') hosts.delete(host)
    if (event === 'snapshot') hosts.set(host, new Map())
    const containers = hosts.get(host)
    for (const id of data.left ?? []) containers?.delete(id)
    for (const one of data.containers ?? data.changed ?? []) containers?.set(one.id, one)
  }
  const inOrder = (a: Row, b: Row) => a.id.localeCompare(b.id)
  return Object.fromEntries([...hosts].map(([host, containers]) => [host, [...containers.values()].sort(inOrder)]))
}
