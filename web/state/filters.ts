import { computed } from '@preact/signals'
import type { Row } from '../types.ts'
import { fleet, transitions } from './fleet.ts'
import { compareTexts } from '../text.ts'
import { place } from './url.ts'

/** The filters of containers in the URL; each can have several values, of which one must match. */
export const FILTERS = ['host', 'state', 'health', 'tag', 'project'] as const
/** With those of events. */
export const ALL_FILTERS = [...FILTERS, 'action'] as const
export type Filter = typeof ALL_FILTERS[number]

/** The Compose project or Swarm stack of a container; nothing if it has none. */
export const projectOf = ({ compose, swarm }: Pick<Row, 'compose' | 'swarm'>): string =>
  compose?.project ?? swarm?.stack ?? ''

const valuesOf: Record<typeof FILTERS[number], (row: Row) => readonly string[]> = {
  host: row => [row.host],
  state: row => [row.state],
  health: row => [row.health ?? 'none'],
  tag: row => row.tags.map(({ name }) => name),
  project: row => [projectOf(row)].filter(Boolean)
}

export const chosen = (filter: Filter): string[] => place.value.query.getAll(filter)

export const search = computed(() => place.value.query.get('q') ?? '')

const sorted = (values: readonly string[]) => [...new Set(values)].sort(compareTexts)

/** All values that occur, by filter. */
export const choices = computed((): Record<Filter, string[]> => {
  const rows = fleet.value.flatMap(({ rows }) => rows)
  const all = (filter: typeof FILTERS[number]) => sorted([...rows.flatMap(valuesOf[filter]), ...chosen(filter)])
  return {
    host: fleet.value.map(({ host }) => host.host),
    state: all('state'),
    health: all('health'),
    tag: all('tag'),
    project: all('project'),
    action: sorted([...transitions.value.map(({ action }) => action), ...chosen('action')])
  }
})

/** Whether a container matches the search and all filters. */
export const isShown = computed((): (row: Row) => boolean => {
  const text = search.value.toLowerCase()
  const active = FILTERS.map(filter => [filter, chosen(filter)] as const).filter(([, values]) => values.length > 0)
  return row => active.every(([filter, values]) => valuesOf[filter](row).some(value => values.includes(value))) &&
    (text === '' || [row.name, row.image, row.host, projectOf(row)].some(value => value.toLowerCase().includes(text)))
})
