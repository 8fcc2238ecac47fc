/** Labels of a series by name; unknown labels are omitted. */
export type SeriesLabels = Readonly<Record<string, string | null | undefined>>

type Value = number | boolean | null | undefined

/** A value, or one for each set of additional labels. Unknown values have no series. */
export type Reading = Value | readonly { labels: SeriesLabels, value: Value }[]

/** A metric, and how to read it from its source. */
export interface Family<Source> {
  /** Name of the samples, including unit and suffix. */
  name: string
  type: 'counter' | 'gauge' | 'info'
  help: string
  /** Names of the additional labels. */
  labels?: readonly string[]
  /** Name of the same metric in cAdvisor. */
  cadvisor?: string
  read (source: Source): Reading
}

/** Drops NUL, because Prometheus treats it as the end of the input. UTF-8 has no single surrogates. */
const ESCAPES = new Map([['\\', '\\\\'], ['"', '\\"'], ['\n', '\\n'], ['\0', '']])
const escape = (value: string) => value.replace(/[\\"\n\0\p{Cs}]/gu, character => ESCAPES.get(character) ?? '\ufffd')

/** `docker_host="nas",name="web"` */
export const labelText = (labels: SeriesLabels): string => Object.entries(labels)
  .flatMap(([name, value]) => value == null ? [] : `${name}="${escape(value)}"`).join(',')

function line (name: string, labels: string, value: Value): string {
  const number = value == null ? NaN : Number(value)
  return Number.isFinite(number) ? `${name}${labels && `{${labels}}`} ${number}\n` : ''
}

/**
 * The sample lines of one source.
 * @param labels common to all series, formatted by `labelText`
 */
export function sampleLines<Source> ({ name, read }: Family<Source>, labels: string, source: Source): string {
  const reading = read(source)
  if (typeof reading !== 'object' || reading === null) return line(name, labels, reading)
  const series = reading.map(({ labels: further, value }) => [labelText(further), value] as const)
  const unique = series.length > 1 ? [...new Map(series)] : series
  return unique.map(([further, value]) => line(name, [labels, further].filter(Boolean).join(','), value)).join('')
}
