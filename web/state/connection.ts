import { signal } from '@preact/signals'
import { createParser, type EventSourceMessage } from 'eventsource-parser'
import type { Host, Row, Transition } from '../types.ts'
import { ask, askJson, Refused } from './api.ts'
import { addTransitions, fleet, keepHosts, putHost, removeHost, updateHost } from './fleet.ts'
import { keepToken } from './settings.ts'

/** `live`: changes arrive as they happen. `polling`: a proxy holds them back, so the page asks. */
export type Status = 'connecting' | 'prompt' | 'live' | 'polling' | 'offline'

export const status = signal<Status>('connecting')
/** What to say beside the status. */
export const reason = signal('')
/** When something last arrived, milliseconds since the epoch. */
export const heardAt = signal(0)

/** Milliseconds: within this time a working stream says something, with a margin over its comments every 15 s. */
const SILENCE = 35_000
/** A stream that is not held back sends the first event within this time. */
const FIRST_WITHIN = 4000
const POLL_EVERY = 5000
/** How long to ask before the stream is tried again. */
const POLL_FOR = 60_000
const RETRY_AFTER = 2000

const sleep = (milliseconds: number) => new Promise(resolve => setTimeout(resolve, milliseconds))

let lastId = ''
/** Hosts of the snapshots that a connection has sent so far. */
let announced = new Set<string>()

function apply ({ id, event, data }: EventSourceMessage) {
  const content = JSON.parse(data)
  if (event === 'snapshot') {
    putHost(content.host, content.containers)
    announced.add(content.host.host)
  }
  if (event === 'update') updateHost(content.host, content.changed, content.left)
  if (event === 'transition') addTransitions([content])
  if (event === 'removed') removeHost(content.host)
  lastId = id ?? lastId
}

/** Reads the stream until it ends. Returns whether anything has arrived. */
async function follow (): Promise<boolean> {
  const stop = new AbortController()
  let timer = setTimeout(() => stop.abort(), FIRST_WITHIN)
  let hasArrived = false
  announced = new Set()
  const parser = createParser({
    onEvent (message) {
      if (!hasArrived) setTimeout(() => { if (announced.size > 0) keepHosts(announced) }, 1000)
      hasArrived = true
      status.value = 'live'
      reason.value = ''
      apply(message)
    }
  })
  try {
    const headers: Record<string, string> = lastId === '' ? {} : { 'Last-Event-ID': lastId }
    const { body } = await ask('stream', { signal: stop.signal, headers, cache: 'no-store' })
    if (body === null) return false
    for await (const text of body.pipeThrough(new TextDecoderStream())) {
      clearTimeout(timer)
      timer = setTimeout(() => stop.abort(), hasArrived ? SILENCE : FIRST_WITHIN)
      heardAt.value = Date.now()
      parser.feed(text)
    }
  } catch (error) {
    if (!stop.signal.aborted) throw error
  } finally {
    clearTimeout(timer)
  }
  return hasArrived
}

/** Asks for everything once. */
async function poll (): Promise<void> {
  const [rows, names, events] = await Promise.all([
    askJson<Row[]>('containers'), askJson<object>('hosts'), askJson<Transition[]>('events?limit=200')
  ])
  const hosts = await Promise.all(Object.keys(names)
    .map(name => askJson<Host>(`hosts/${encodeURIComponent(name)}`)))
  for (const host of hosts) putHost(host, rows.filter(row => row.host === host.host))
  keepHosts(new Set(hosts.map(({ host }) => host)))
  addTransitions(events)
  heardAt.value = Date.now()
}

async function pollForAWhile (): Promise<void> {
  lastId = ''
  for (const end = Date.now() + POLL_FOR; Date.now() < end; await sleep(POLL_EVERY)) {
    await poll()
    status.value = 'polling'
    reason.value = 'A proxy holds the stream back, so the page asks every 5 seconds.'
  }
}

async function connect (): Promise<void> {
  if (fleet.value.length === 0) addTransitions(await askJson<Transition[]>('events?limit=1000'))
  const hasArrived = await follow()
  if (!hasArrived) return pollForAWhile()
  status.value = 'connecting'
}

/** Says what is wrong. Returns whether the service wants another token. */
function report (error: unknown): boolean {
  const isRefused = error instanceof Refused
  status.value = isRefused ? 'prompt' : 'offline'
  if (error instanceof Error && !(error instanceof TypeError)) reason.value = error.message
  else reason.value = 'The service cannot be reached.'
  return isRefused
}

/** Stays connected, until the service wants another token. */
export async function stayConnected (): Promise<void> {
  status.value = 'connecting'
  for (;;) {
    try {
      await connect()
    } catch (error) {
      if (report(error)) return
    }
    await sleep(RETRY_AFTER)
  }
}

export function enterToken (value: string, isKept: boolean): void {
  keepToken(value, isKept)
  stayConnected()
}
