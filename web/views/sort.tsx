import { COLUMNS, sorting, type Column } from '../state/list.ts'
import { setParameter } from '../state/url.ts'

export const TITLES: Record<Column, string> = {
  name: 'Container',
  state: 'State',
  uptime: 'Up for',
  cpu: 'CPU',
  memory: 'Memory',
  network: 'Network',
  disk: 'Disk'
}

export const columns = Object.keys(COLUMNS) as Column[]

/** Sorts by a column; again, the other way round. Figures begin with the highest. */
export function sortBy (column: Column) {
  const { column: current, isDescending } = sorting.value
  const next = column === current ? !isDescending : column !== 'name' && column !== 'state'
  setParameter('sort', [`${next ? '-' : ''}${column}`])
}

/** Sorts where the heads of the columns have no place. */
export function SortChoice () {
  const { column: current, isDescending } = sorting.value
  return (
    <span class='sort'>
      <select
        aria-label='Sort by' value={current}
        onChange={event => { if (event.currentTarget.value !== current) sortBy(event.currentTarget.value as Column) }}
      >
        {columns.map(column => <option key={column} value={column}>Sort by: {TITLES[column]}</option>)}
      </select>
      <button
        type='button' class='quiet' aria-label={isDescending ? 'Descending' : 'Ascending'}
        onClick={() => sortBy(current)}
      >
        {isDescending ? '↓' : '↑'}
      </button>
    </span>
  )
}
