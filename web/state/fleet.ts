import { signal } from '@preact/signals'
import type { Host, Row, Transition } from '../types.ts'
import { compareTexts } from '../text.ts'
import { prune, remember } from './recent.ts'

/** A host and its containers, newest first. */
export interface HostState {
  host: Host
  rows: Row[]
}

/** Events that the page keeps. */
const MAX_EVENTS = 1000

const hosts = new Map<string, HostState>()
let events: Transition[] = []
let scheduled: ReturnType<typeof setTimeout> | null = null

/** All hosts, by name. Replaced at most once per frame. */
export const fleet = signal<readonly HostState[]>([])
/** Whether the hosts are known, even if there are none. */
export const isLoaded = signal(false)
/** Newest first. */
export const transitions = signal<readonly Transition[]>([])

/** Shows what has changed in the next frame, so that many updates cost one. */
function schedule () {
  scheduled ??= setTimeout(() => { // unlike requestAnimationFrame also in a hidden tab
    scheduled = null
    fleet.value = [...hosts.values()].sort((a, b) => compareTexts(a.host.host, b.host.host))
    isLoaded.value = true
    transitions.value = events
  }, 16)
}

export function putHost (host: Host, rows: Row[]): void {
  for (const row of rows) remember(row)
  hosts.set(host.host, { host, rows })
  schedule()
}

export function updateHost (host: Host, changed: readonly Row[], left: readonly string[]): void {
  const known = hosts.get(host.host)
  if (!known) return
  for (const row of changed) remember(row)
  const byId = new Map(changed.map(row => [row.id, row]))
  const gone = new Set(left)
  if (left.length > 0) prune()
  const kept = known.rows.filter(({ id }) => !gone.has(id)).map(row => {
    const next = byId.get(row.id)
    byId.delete(row.id)
    return next ?? row
  })
  hosts.set(host.host, { host, rows: [...byId.values(), ...kept] })
  schedule()
}

export function removeHost (name: string): void {
  hosts.delete(name)
  schedule()
}

/** Keeps only these hosts, after all of them were sent again. */
export function keepHosts (names: ReadonlySet<string>): void {
  for (const name of hosts.keys()) if (!names.has(name)) hosts.delete(name)
  schedule()
}

/** Forgets everything, because another token may not show it. */
export function forgetFleet (): void {
  if (scheduled !== null) clearTimeout(scheduled)
  scheduled = null
  hosts.clear()
  events = []
  fleet.value = []
  transitions.value = []
  isLoaded.value = false
}

/** The same for an event that the service tells again after a restart, with another ID. */
const keyOf = ({ at, host, container, action }: Transition) => `${at} ${host} ${container?.id} ${action}`

/** Adds events in any order; those that are known are ignored. */
export function addTransitions (added: readonly Transition[]): void {
  const known = new Set(events.map(keyOf))
  const all = [...added.filter(event => !known.has(keyOf(event))), ...events]
  events = all.sort((a, b) => b.id - a.id).slice(0, MAX_EVENTS)
  schedule()
}
