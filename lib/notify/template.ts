import { closest } from 'fastest-levenshtein'
import mustache from 'mustache'

export interface Variables {
  rule: string
  event: string
  severity: string
  host: string
  container: string
  id: string
  image: string
  detail: string
  /** Empty unless the event has one. */
  exitCode: string
  percent: string
  /** RFC 3339. */
  time: string
  /** How many messages were held back before this one; empty if none. */
  held: string
  /** The same as a sentence. */
  more: string
}

const NAMES = [
  'rule', 'event', 'severity', 'host', 'container', 'id', 'image', 'detail', 'exitCode', 'percent', 'time', 'held',
  'more'
] as const satisfies (keyof Variables)[]

type Span = [type: string, value: string, start: number, end: number, inner?: Span[]]

const spansOf = (template: string) => mustache.parse(template) as unknown as Span[]

function problemOf ([type, name, , , inner = []]: Span): string | undefined {
  if (type === '&' || type === '>') return 'can only contain variables such as {{host}}; none is escaped as HTML'
  const isVariable = type === 'name' || type === '#' || type === '^'
  if (isVariable && !NAMES.some(known => known === name)) {
    return `has an unknown variable. Did you mean {{${closest(name, NAMES)}}}? Known: ${NAMES.join(', ')}`
  }
  return inner.map(problemOf).find(problem => problem !== undefined)
}

/** Why a template cannot be used, without quoting it; null if it can. */
export function checkTemplate (template: string): string | null {
  try {
    return spansOf(template).map(problemOf).find(problem => problem !== undefined) ?? null
  } catch {
    return 'is not a valid mustache template: a tag is not closed, or closed without being opened'
  }
}

const isAboutHeld = ([type, name, , , inner = []]: Span): boolean =>
  (type !== 'text' && (name === 'held' || name === 'more')) || inner.some(isAboutHeld)

/** Whether a template says itself that messages were held back. */
export const mentionsHeld = (template: string): boolean => spansOf(template).some(isAboutHeld)

/** @param escape removes the meaning that the target gives to characters in values; the template's own text keeps it */
export const render = (template: string, variables: Variables, escape: (text: string) => string): string =>
  mustache.render(template, variables, {}, { escape: value => escape(String(value)) })
