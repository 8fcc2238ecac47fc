export type Severity = 'critical' | 'warning' | 'info'

interface About {
  severity: Severity
  title: string
}

/** What a rule can listen to. */
export const events = {
  die: { severity: 'warning', title: '{{container}} on {{host}} exited with code {{exitCode}}' },
  oom: { severity: 'critical', title: '{{container}} on {{host}} ran out of memory' },
  unhealthy: { severity: 'critical', title: '{{container}} on {{host}} is unhealthy' },
  healthy: { severity: 'info', title: '{{container}} on {{host}} is healthy again' },
  'restart-loop': { severity: 'critical', title: '{{container}} on {{host}} keeps restarting' },
  'host-down': { severity: 'critical', title: 'Host {{host}} is down' },
  'host-up': { severity: 'info', title: 'Host {{host}} is up again' },
  'memory-above': { severity: 'warning', title: '{{container}} on {{host}} uses {{percent}} % of its memory' },
  'cpu-above': { severity: 'warning', title: '{{container}} on {{host}} uses {{percent}} % of its CPUs' },
  'certificate-expiring': { severity: 'warning', title: 'A certificate for host {{host}} expires soon' },
  'container-gone': { severity: 'warning', title: '{{container}} on {{host}} was removed' }
} as const satisfies Record<string, About>

export type EventName = keyof typeof events
export const EVENTS = Object.keys(events) as EventName[]

export const isEvent = (name: string): name is EventName => Object.hasOwn(events, name)

export interface Occurrence {
  event: EventName
  /** Milliseconds since the epoch. */
  at: number
  host: string
  /** Null if it happened to the host. */
  container: { id: string, name: string, image: string } | null
  detail: string
  /** Of `die`. */
  exitCode: number | null
  /** Of `memory-above` and `cpu-above`. */
  percent: number | null
  /** The problem that this ends; null if it is a problem itself. */
  ends: { event: EventName, at: number } | null
}

/** What a condition reports to its rule. */
export type Signal =
  /** Something that happened at a moment; `id` identifies it, whenever and however often it is reported. */
  | { kind: 'once', id: string, occurrence: Occurrence }
  /** A problem that lasts until an `end` with the same key, however often it is reported. */
  | { kind: 'begin', key: string, id?: string, occurrence: Occurrence }
  /** `isQuiet` if this is no news for people, such as for a container that no longer exists. */
  | { kind: 'end', key: string, occurrence: Occurrence, isQuiet: boolean }
