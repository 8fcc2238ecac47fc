import type { Exposition } from '../../model/exposition.ts'
import type { Family } from './family.ts'

/** A metric without how it is read. */
export type Described = Pick<Family<never>, 'name' | 'type' | 'help'>

/** The lines above the samples of a metric. OpenMetrics says unit and type apart from the name. */
export function header ({ name, type, help }: Described, exposition: Exposition): string {
  if (exposition === 'text') return `# HELP ${name} ${help}\n# TYPE ${name} ${type === 'info' ? 'gauge' : type}\n`
  const family = type === 'gauge' ? name : name.replace(/_(?:total|info)$/, '')
  const unit = /_(bytes|cores|seconds)$/.exec(family)?.[1]
  return `# TYPE ${family} ${type}\n${unit ? `# UNIT ${family} ${unit}\n` : ''}# HELP ${family} ${help}\n`
}

/**
 * What prom-client writes as text, in another exposition: its own OpenMetrics renames the counters of a registry for
 * good, also for the text.
 */
export const textIn = (exposition: Exposition, text: string): string => exposition === 'text'
  ? text
  : text.replaceAll('\n\n', '\n').replace(/^(# (?:HELP|TYPE) \w+)_total /gm, '$1 ')
