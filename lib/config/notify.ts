import type { EventName } from '../notify/events.ts'
import type { ConfigDocument } from './document.ts'
import { parameterSchemas } from './notify-schema.ts'
import type { ConfigFile } from './schema.ts'

type RuleKeys = ConfigFile['notify'][number]
type Given = Exclude<RuleKeys['on'][number], string>

/** The parameters of the events that have some. */
export type Parameters = { [Name in keyof Given]-?: NonNullable<Given[Name]> }

/** The events that a rule listens to, with their parameters. */
export type Triggers = { [Name in EventName]?: Name extends keyof Parameters ? Parameters[Name] : object }

/** A rule of `notify`. */
export interface NotifyRule extends Pick<RuleKeys, 'name' | 'url' | 'hosts' | 'containers' | 'throttle'> {
  on: Triggers
  /** Null for the default text. */
  template: string | null
}

interface Parameter {
  readonly default: unknown
}

/** The default parameters of an event. */
function defaultsOf (event: string): object {
  const schemas: Readonly<Record<string, { properties: Readonly<Record<string, Parameter>> }>> = parameterSchemas
  const { properties } = schemas[event] ?? { properties: {} }
  return Object.fromEntries(Object.entries(properties).map(([name, parameter]) => [name, parameter.default]))
}

/** The parameters that the file leaves out, or has an empty value for, have their defaults. */
const triggersOf = (on: RuleKeys['on']): Triggers => Object.fromEntries(on
  .flatMap((given): [string, object | undefined][] => typeof given === 'string' ? [[given, {}]] : Object.entries(given))
  .map(([event, given]) => [event, { ...defaultsOf(event), ...given }]))

/**
 * Reads the rules. Adds to `problems` what the schema cannot check: duplicate names, and URLs and templates that cannot
 * be used. Loads the targets only if there are rules.
 */
export async function resolveNotify (
  rules: readonly RuleKeys[], document: ConfigDocument, problems: string[]
): Promise<NotifyRule[]> {
  if (rules.length === 0) return []
  const { parseTarget } = await import('../notify/targets/index.ts')
  const { checkTemplate } = await import('../notify/template.ts')
  for (const [index, { name, url, template }] of rules.entries()) {
    const report = (key: string, message: string | null) => {
      const path = ['notify', String(index), key]
      if (message === null || document.unset.has(['notify', key].join('.'))) return
      problems.push(document.describe({ path, at: 'value', message, isPublic: false }))
    }
    const isTaken = rules.findIndex(rule => rule.name === name) < index
    report('name', isTaken ? 'is the name of another rule' : null)
    const target = parseTarget(url)
    report('url', 'problem' in target ? target.problem : null)
    report('template', template === undefined ? null : checkTemplate(template))
  }
  return rules.map(({ on, template, ...rule }) => ({ ...rule, on: triggersOf(on), template: template ?? null }))
}
