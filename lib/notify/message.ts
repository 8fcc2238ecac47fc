import { events, type EventName, type Occurrence, type Severity } from './events.ts'
import { mentionsHeld, render, type Variables } from './template.ts'

/** What was held back since the previous message about the same container. */
export interface Held {
  counts: ReadonlyMap<EventName, number>
  seconds: number
}

export interface Message extends Omit<Occurrence, 'event'> {
  /** `test` for those of `dockstat notify test`. */
  event: EventName | 'test'
  rule: string
  severity: Severity
  title: string
  text: string
  held: number
}

/** Titles fit on one line of every target. */
const MAX_TITLE = 150

const DEFAULT_TEMPLATE = `Host: {{host}}
{{#container}}Container: {{container}} ({{image}})
{{/container}}{{#detail}}{{detail}}
{{/detail}}Time: {{time}}`

/** Cuts a text by characters, not in the middle of one. */
export function shortened (text: string, most: number): string {
  const characters = [...text]
  return characters.length > most ? `${characters.slice(0, most - 1).join('')}…` : text
}

/** Cuts a text so that it has at most this many bytes in UTF-8. */
export function shortenedBytes (text: string, most: number): string {
  if (Buffer.byteLength(text) <= most) return text
  let size = Buffer.byteLength('…')
  const fitting = [...text].filter(character => (size += Buffer.byteLength(character)) <= most)
  return `${fitting.join('')}…`
}

/** `5 minutes`, or just `minute` for one. */
function spell (seconds: number): string {
  const [count, unit] = seconds % 60 === 0 ? [seconds / 60, 'minute'] : [seconds, 'second']
  return count === 1 ? unit : `${count} ${unit}s`
}

/** `And 3 more in the last 5 minutes (die: 2, oom: 1)`; empty if nothing was held back. */
function sentenceOf (held: Held | null, total: number): string {
  if (held === null || total === 0) return ''
  const parts = [...held.counts].map(([event, count]) => `${event}: ${count}`)
  return `And ${total} more in the last ${spell(held.seconds)} (${parts.join(', ')})`
}

/** Names come from Engines, so they can contain anything. */
const oneLine = (text: string) => text.replace(/[\p{Cc}\u2028\u2029]+/gu, ' ').trim()

export interface MessageOptions {
  rule: string
  template: string | null
  held: Held | null
  /** See `render`. */
  escape (text: string): string
}

interface Subject {
  event: Message['event']
  severity: Severity
  title: string
}

function compose (occurrence: Omit<Occurrence, 'event'>, subject: Subject, options: MessageOptions): Message {
  const { rule, template, held, escape } = options
  const { event, severity } = subject
  const { host, container, exitCode, percent, at } = occurrence
  const total = [...held?.counts.values() ?? []].reduce((sum, count) => sum + count, 0)
  const variables: Variables = {
    rule,
    event,
    severity,
    host: oneLine(host),
    container: oneLine(container?.name ?? ''),
    id: oneLine(container?.id ?? ''),
    image: oneLine(container?.image ?? ''),
    detail: oneLine(occurrence.detail),
    exitCode: String(exitCode ?? ''),
    percent: String(percent ?? ''),
    time: new Date(at).toISOString(),
    held: total > 0 ? String(total) : '',
    more: sentenceOf(held, total)
  }
  const text = render(template ?? DEFAULT_TEMPLATE, variables, escape)
  const more = template === null || !mentionsHeld(template) ? escape(variables.more) : ''
  const title = shortened(render(subject.title, variables, escape), MAX_TITLE)
  return {
    ...occurrence, event, rule, severity, title, text: [text, more].filter(Boolean).join('\n') || title, held: total
  }
}

/** The end of a problem that is no event of its own is told as that problem, resolved. */
function subjectOf ({ event, ends }: Occurrence): Subject {
  const { severity, title } = events[event]
  const isOwn = ends === null || ends.event !== event
  return { event, severity: ends === null ? severity : 'info', title: isOwn ? title : `${title} (resolved)` }
}

export const messageOf = (occurrence: Occurrence, options: MessageOptions): Message =>
  compose(occurrence, subjectOf(occurrence), options)

export function testMessage (at: number, options: MessageOptions): Message {
  const subject: Subject = { event: 'test', severity: 'info', title: 'Test of the rule {{rule}}' }
  const container = { id: '0123456789ab', name: 'example', image: 'example:latest' }
  const about = { host: 'example', container, detail: 'Messages of DockStatAPI arrive here' }
  return compose({ at, ...about, exitCode: null, percent: null, ends: null }, subject, options)
}
