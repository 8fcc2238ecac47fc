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

type Span = ReturnType<typeof mustache.parse>[number]

const partsOfSection = ({ 4: parts }: Span): Span[] => Array.isArray(parts) ? parts : []

function problemOf (span: Span): string | undefined {
  const [type, name] = span
  if (type === '&' || type === '>') return 'can only contain variables such as {{host}}; none is escaped as HTML'
  const isVariable = type === 'name' || type === '#' || type === '^'
  if (isVariable && !NAMES.some(known => known === name)) {
    return `has an unknown variable. Did you mean {{${closest(name, NAMES)}}}? Known: ${NAMES.join(', ')}`
  }
  return partsOfSection(span).map(problemOf).find(problem => problem !== undefined)
}

/** Why a template cannot be used, without quoting it; null if it can. */
export function checkTemplate (template: string): string | null {
  try {
    return mustache.parse(template).map(problemOf).find(problem => problem !== undefined) ?? null
  } catch {
    return 'is not a valid mustache template: a tag is not closed, or closed without being opened'
  }
}

const isAboutHeld = (span: Span): boolean =>
  (span[0] !== 'text' && (span[1] === 'held' || span[1] === 'more')) || partsOfSection(span).some(isAboutHeld)

/** Whether a template says itself that messages were held back. */
export const mentionsHeld = (template: string): boolean => mustache.parse(template).some(isAboutHeld)

/** @param escape removes the meaning that the target gives to characters in values; the template's own text keeps it */
export const render = (template: string, variables: Variables, escape: (text: string) => string): string =>
  mustache.render(template, variables, {}, { escape: value => escape(String(value)) })
