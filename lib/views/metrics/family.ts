/** Labels of a series by name; those that are unknown are left out. */
export type SeriesLabels = Readonly<Record<string, string | null | undefined>>

type Value = number | boolean | null | undefined

/** A value, or one for each set of further labels. What is unknown makes no series. */
export type Reading = Value | readonly { labels: SeriesLabels, value: Value }[]

/** One metric: what it is called, and how it is read. */
export interface Family<Source> {
  /** As its samples have it; the unit is a part of it. */
  name: string
  type: 'counter' | 'gauge' | 'info'
  help: string
  /** Names of further labels. */
  labels?: readonly string[]
  /** What cAdvisor calls the same. */
  cadvisor?: string
  read (source: Source): Reading
}

/** Prometheus takes NUL for the end of its input. */
const escape = (value: string) => value.replace(/[\\"]/g, '\\$&').replaceAll('\n', '\\n').replaceAll('\0', '')

/** `docker_host="nas",name="web"` */
export const labelText = (labels: SeriesLabels): string => Object.entries(labels)
  .flatMap(([name, value]) => value == null ? [] : `${name}="${escape(value)}"`).join(',')

function line (name: string, labels: string, value: Value): string {
  const number = value == null ? NaN : Number(value)
  return Number.isFinite(number) ? `${name}${labels && `{${labels}}`} ${number}\n` : ''
}

/**
 * The sample lines of one source.
 * @param labels that every series has, as `labelText` makes them
 */
export function sampleLines<Source> ({ name, read }: Family<Source>, labels: string, source: Source): string {
  const reading = read(source)
  if (typeof reading !== 'object' || reading === null) return line(name, labels, reading)
  return reading
    .map(({ labels: further, value }) => line(name, [labels, labelText(further)].filter(Boolean).join(','), value))
    .join('')
}
