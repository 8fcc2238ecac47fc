/** Names of Tailwind's colours that CSS lacks. */
const TAILWIND: ReadonlyMap<string, string> = new Map([
  ['sky', '#0ea5e9'], ['emerald', '#10b981'], ['rose', '#f43f5e'], ['amber', '#f59e0b'], ['slate', '#64748b'],
  ['zinc', '#71717a'], ['stone', '#78716c'], ['neutral', '#737373']
])

/** The colour of a tag for CSS: DockStat uses Tailwind's names, such as `violet-400`. */
export function colourOf (name: string): string {
  const plain = name.replace(/-\d+$/, '')
  return TAILWIND.get(plain) ?? plain
}
