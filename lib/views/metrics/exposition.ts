import type { Exposition } from '../../model/exposition.ts'
import type { Family } from './family.ts'

export type Described = Pick<Family<never>, 'name' | 'type' | 'help'>

/** The metadata lines of a metric. In OpenMetrics, the family name has no `_total` or `_info` suffix. */
export function header ({ name, type, help }: Described, exposition: Exposition): string {
  if (exposition === 'text') return `# HELP ${name} ${help}\n# TYPE ${name} ${type === 'info' ? 'gauge' : type}\n`
  const family = type === 'gauge' ? name : name.replace(/_(?:total|info)$/, '')
  const unit = /_(bytes|cores|seconds)$/.exec(family)?.[1]
  return `# TYPE ${family} ${type}\n${unit ? `# UNIT ${family} ${unit}\n` : ''}# HELP ${family} ${help}\n`
}

/** Converts the text of prom-client, because its OpenMetrics output permanently renames counters in the registry. */
export const textIn = (exposition: Exposition, text: string): string => exposition === 'text'
  ? text
  : text.replaceAll('\n\n', '\n').replace(/^(# (?:HELP|TYPE) \w+)_total /gm, '$1 ')
