import { computed, signal } from '@preact/signals'
import { compareTexts } from '../text.ts'
import type { Row } from '../types.ts'
import { isOld } from './connection.ts'
import { FILTERS, chosen, isShown, projectOf, search } from './filters.ts'
import { fleet, type HostState } from './fleet.ts'
import { place } from './url.ts'

/** What can be sorted by; unknown figures come last. */
export const COLUMNS = {
  name: row => row.name,
  state: row => row.state,
  uptime: row => row.startedAt !== null && row.state === 'running' ? -Date.parse(row.startedAt) : null,
  cpu: row => row.cpu.cores ?? null,
  memory: row => row.memory.workingSetBytes ?? null,
  network: row => sum(row.network.rxBytesPerSecond, row.network.txBytesPerSecond),
  disk: row => sum(row.blockIo.readBytesPerSecond, row.blockIo.writeBytesPerSecond)
} satisfies Record<string, (row: Row) => string | number | null>

export type Column = keyof typeof COLUMNS

const sum = (a: number | null | undefined, b: number | null | undefined) => a == null || b == null ? null : a + b

export interface Sorting {
  column: Column
  isDescending: boolean
}

const isColumn = (name: string): name is Column => Object.hasOwn(COLUMNS, name)

/** From the URL, such as `?sort=-cpu`; by name if it says nothing valid. */
export const sorting = computed((): Sorting => {
  const given = place.value.query.get('sort') ?? 'name'
  const column = given.replace(/^-/, '')
  return isColumn(column) ? { column, isDescending: given.startsWith('-') } : { column: 'name', isDescending: false }
})

function compare ({ column, isDescending }: Sorting) {
  const read = COLUMNS[column]
  const sign = isDescending ? -1 : 1
  return (a: Row, b: Row): number => {
    const [x, y] = [read(a), read(b)]
    if (x === null || y === null) return Number(x === null) - Number(y === null)
    const order = typeof x === 'string' ? compareTexts(x, String(y)) : x - Number(y)
    return sign * order || compareTexts(a.name, b.name)
  }
}

/** Folded hosts and projects, by key. */
export const folded = signal<ReadonlySet<string>>(new Set())

export function toggle (key: string): void {
  const next = new Set(folded.value)
  if (!next.delete(key)) next.add(key)
  folded.value = next
}

/** A line of the overview. */
export type Item =
  { kind: 'host', key: string, state: HostState, shown: number } |
  { kind: 'group', key: string, project: string, rows: readonly Row[] } |
  { kind: 'row', key: string, row: Row, isStale: boolean }

/** The containers of a host: those of each project together, then those without one. */
function grouped (host: string, rows: readonly Row[], rowItem: (row: Row) => Item): Item[] {
  const projects = Map.groupBy(rows, projectOf)
  const names = [...projects.keys()].filter(Boolean).sort(compareTexts)
  const groups = names.flatMap((project): Item[] => {
    const own = projects.get(project) ?? []
    const key = `${host}/project/${project}`
    const group: Item = { kind: 'group', key, project, rows: own }
    return [group, ...folded.value.has(key) ? [] : own.map(rowItem)]
  })
  const others = projects.get('') ?? []
  const rest: Item[] = groups.length > 0 && others.length > 0
    ? [{ kind: 'group', key: `${host}/other`, project: '', rows: others }]
    : []
  return [...groups, ...rest, ...folded.value.has(`${host}/other`) ? [] : others.map(rowItem)]
}

export const isGrouped = computed(() => place.value.query.get('group') !== 'none')

/** The overview from top to bottom. */
export const items = computed((): Item[] => {
  const order = compare(sorting.value)
  const isFiltered = search.value !== '' || FILTERS.some(filter => chosen(filter).length > 0)
  const hosts = chosen('host')
  return fleet.value.flatMap((state): Item[] => {
    const { host: { host }, rows } = state
    const shown = rows.filter(isShown.value).sort(order)
    const isNamed = hosts.includes(host)
    if (isFiltered && shown.length === 0 && !isNamed) return []
    const key = `${host}/`
    const header: Item = { kind: 'host', key, state, shown: shown.length }
    if (folded.value.has(key)) return [header]
    const isStale = isOld.value || state.host.up !== true
    const rowItem = (row: Row): Item => ({ kind: 'row', key: `${host}/${row.id}`, row, isStale })
    return [header, ...isGrouped.value ? grouped(host, shown, rowItem) : shown.map(rowItem)]
  })
})
