import { computed, signal } from '@preact/signals'
import { createParser, type EventSourceMessage } from 'eventsource-parser'
import type { Host, Row, Transition } from '../types.ts'
import { ask, askJson, Refused } from './api.ts'
import { now, serviceTime, setClock } from './clock.ts'
import { addTransitions, fleet, forgetFleet, keepHosts, putHost, removeHost, updateHost } from './fleet.ts'
import { keepToken } from './settings.ts'
import { untilVisible, whenHidden } from './visibility.ts'

/** `live`: changes arrive as they happen. `polling`: a proxy holds them back, so the page asks. */
export type Status = 'connecting' | 'prompt' | 'live' | 'polling' | 'offline'

export const status = signal<Status>('connecting')
/** What to say beside the status. */
export const reason = signal('')
/** When something last arrived, milliseconds since the epoch. */
export const heardAt = signal(0)

/** Whether what is shown is old. */
export const isOld = computed(() =>
  status.value !== 'live' && heardAt.value > 0 && now.value - heardAt.value > 10_000)

/** Milliseconds: within this time a working stream says something, with a margin over its comments every 15 s. */
const SILENCE = 35_000
/** The same over two polls of a host that is up, each of which is an event. */
const MARGIN = 8000
/** A stream that is not held back sends the first event within this time. */
const FIRST_WITHIN = 4000
const POLL_EVERY = 5000
/** How long to ask before the stream is tried again; each time twice as long. */
const POLL_FOR = 60_000
const POLL_FOR_AT_MOST = 960_000
const RETRY_AFTER = 2000
const HIDDEN = 'the tab is hidden'
const HELD_BACK = 'a proxy holds the stream back'

const sleep = (milliseconds: number) => new Promise(resolve => setTimeout(resolve, milliseconds))

let lastId = ''
let pollFor = POLL_FOR / 2
/** Hosts of the snapshots that a connection has sent so far. */
let announced = new Set<string>()

function apply ({ id, event, data }: EventSourceMessage) {
  const content = JSON.parse(data)
  if (event === 'snapshot') {
    if (announced.size === 0) catchUp().catch(() => {}) // the next connection tries again
    putHost(content.host, content.containers)
    announced.add(content.host.host)
  }
  if (event === 'update') updateHost(content.host, content.changed, content.left)
  if (event === 'transition') addTransitions([content])
  if (event === 'removed') removeHost(content.host)
  lastId = event === 'end' ? '' : id ?? lastId // what the token shows may have changed
}

/** Asks for what a connection that starts again does not send: which hosts are gone, and what happened before. */
async function catchUp (): Promise<void> {
  const [names, events] = await Promise.all([askJson<object>('hosts'), askJson<Transition[]>('events?limit=1000')])
  keepHosts(new Set([...Object.keys(names), ...announced]))
  addTransitions(events)
}

/** Whether nothing arrives because there are no hosts. */
async function isEmpty (): Promise<boolean> {
  const names = await askJson<object>('hosts').catch(() => null)
  if (names === null || Object.keys(names).length > 0) return false
  keepHosts(new Set())
  return true
}

/** How long a stream may be silent: some proxies pass on its beginning, and hold back the rest. */
function patience (): number {
  const intervals = fleet.value.filter(({ host }) => host.up).map(({ host }) => host.poll.intervalMs)
  return Math.min(2 * Math.min(...intervals) + MARGIN, SILENCE)
}

/** Reads the stream until it ends. Returns whether it works, rather than being held back. */
async function follow (): Promise<boolean> {
  const stop = new AbortController()
  const endHiding = whenHidden(() => stop.abort(HIDDEN))
  const giveUp = async () => {
    if (!await isEmpty()) stop.abort(HELD_BACK)
    else isWorking()
  }
  let timer = setTimeout(giveUp, FIRST_WITHIN)
  let hasArrived = false
  const isWorking = () => {
    hasArrived = true
    clearTimeout(timer)
    timer = setTimeout(() => stop.abort(HELD_BACK), patience())
    status.value = 'live'
    reason.value = ''
  }
  announced = new Set()
  const parser = createParser({ onEvent: apply })
  try {
    const headers: Record<string, string> = lastId === '' ? {} : { 'Last-Event-ID': lastId }
    const response = await ask('stream', { signal: stop.signal, headers, cache: 'no-store' })
    setClock(response)
    const body = response.body ?? new Blob().stream()
    for await (const text of body.pipeThrough(new TextDecoderStream())) {
      heardAt.value = serviceTime()
      parser.feed(text)
      isWorking()
    }
  } catch (error) {
    if (!stop.signal.aborted) throw error
  } finally {
    clearTimeout(timer)
    endHiding()
  }
  return stop.signal.aborted ? stop.signal.reason === HIDDEN : hasArrived
}

/** Asks for everything once. */
async function poll (): Promise<void> {
  const response = await ask('hosts', { cache: 'no-store' })
  setClock(response)
  const names = Object.keys(await response.json())
  const [rows, events, ...hosts] = await Promise.all([
    askJson<Row[]>('containers'), askJson<Transition[]>('events?limit=1000'),
    ...names.map(name => askJson<Host>(`hosts/${encodeURIComponent(name)}`))
  ])
  for (const host of hosts) putHost(host, rows.filter(row => row.host === host.host))
  keepHosts(new Set(names))
  addTransitions(events)
  heardAt.value = serviceTime()
}

async function pollForAWhile (): Promise<void> {
  lastId = ''
  pollFor = Math.min(2 * pollFor, POLL_FOR_AT_MOST)
  for (const end = Date.now() + pollFor; Date.now() < end; await sleep(POLL_EVERY)) {
    await untilVisible()
    await poll()
    status.value = 'polling'
    reason.value = 'A proxy holds the stream back, so the page asks every 5 seconds.'
  }
}

async function connect (): Promise<void> {
  await untilVisible()
  const isWorking = await follow()
  if (!isWorking) return pollForAWhile()
  pollFor = POLL_FOR / 2
  status.value = 'connecting'
}

/** Says what is wrong. Returns whether the service wants another token. */
function report (error: unknown): boolean {
  const isRefused = error instanceof Refused
  if (isRefused) {
    lastId = ''
    forgetFleet()
  }
  status.value = isRefused ? 'prompt' : 'offline'
  if (error instanceof Error && !(error instanceof TypeError)) reason.value = error.message
  else reason.value = 'The service cannot be reached.'
  return isRefused
}

/** Stays connected, until the service wants another token. */
export async function stayConnected (): Promise<void> {
  status.value = 'connecting'
  reason.value = ''
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
