import { Filters } from './filters.tsx'
import { HostHeader } from './host.tsx'
import { ContainerRow, GroupRow, hasFigures } from './row.tsx'
import { columns, sortBy, TITLES } from './sort.tsx'
import { WindowList } from '../parts/window.tsx'
import { reason, status } from '../state/connection.ts'
import { items, sorting, type Item } from '../state/list.ts'
import { fleet } from '../state/fleet.ts'
import { isNarrow } from '../state/size.ts'

/** Pixels; style.css has the same. */
const HEIGHTS = { host: [74, 132], group: [32, 36], row: [44, 134, 84] } as const

const heightOf = (item: Item): number => {
  const { host: [wideHost, narrowHost], group: [wideGroup, narrowGroup], row: [wideRow, narrowRow, emptyRow] } = HEIGHTS
  if (item.kind === 'host') return isNarrow.value ? narrowHost : wideHost
  if (item.kind === 'group') return isNarrow.value ? narrowGroup : wideGroup
  if (!isNarrow.value) return wideRow
  return hasFigures(item.row) ? narrowRow : emptyRow
}

const ARIA = { true: 'descending', false: 'ascending' } as const

function Head () {
  const { column: current, isDescending } = sorting.value
  return (
    <div class='columns head' role='row' aria-rowindex={1}>
      {columns.map(column => (
        <span
          key={column} role='columnheader' class={`cell ${column}`}
          aria-sort={column === current ? ARIA[`${isDescending}`] : 'none'}
        >
          <button type='button' class='quiet' onClick={() => sortBy(column)}>
            {TITLES[column]}<span aria-hidden='true'>{column === current ? (isDescending ? ' ↓' : ' ↑') : ''}</span>
          </button>
        </span>
      ))}
    </div>
  )
}

function Line ({ item }: { item: Item }) {
  if (item.kind === 'host') return <HostHeader item={item} />
  return item.kind === 'group' ? <GroupRow item={item} /> : <ContainerRow row={item.row} isStale={item.isStale} />
}

function Nothing () {
  if (status.value === 'offline') return <div class='nothing'><h2>Not connected</h2><p>{reason.value}</p></div>
  const [text, hint] = fleet.value.length === 0
    ? ['No hosts', 'Add some under hosts in dockstat.yaml; the page shows them as soon as the file is saved.']
    : ['No container matches', 'Clear the search and the filters to see all of them.']
  return <div class='nothing'><h2>{text}</h2><p>{hint}</p></div>
}

/** All hosts and their containers. */
export function Overview () {
  const all = items.value
  return (
    <>
      <h1 class='hidden'>Containers</h1>
      <Filters />
      {all.length === 0
        ? <Nothing />
        : (
          <div class='list' role='table' aria-label='Containers by host' aria-rowcount={all.length + 1}>
            <div role='rowgroup' class='heads'><Head /></div>
            <WindowList items={all} heightOf={heightOf} keyOf={({ key }) => key} roles='rowgroup row' rowsAbove={1}>
              {item => <Line item={item} />}
            </WindowList>
          </div>
          )}
    </>
  )
}
