import { ALL_FILTERS, choices, chosen, FILTERS, search, type Filter } from '../state/filters.ts'
import { isGrouped } from '../state/list.ts'
import { isNarrow } from '../state/size.ts'
import { setParameter } from '../state/url.ts'
import { SortChoice } from './sort.tsx'

const TITLES: Record<Filter, string> = {
  host: 'Host', state: 'State', health: 'Health', tag: 'Tag', project: 'Project or stack', action: 'Event'
}

/** Not every container has a value of these. */
const PARTIAL: ReadonlySet<Filter> = new Set(['tag', 'project'])

/** One value can be chosen here; links can name several. */
function Choice ({ filter }: { filter: Filter }) {
  const values = choices.value[filter]
  const [current = '', ...more] = chosen(filter)
  if (values.length < (PARTIAL.has(filter) ? 1 : 2) && current === '') return null
  const shown = more.length > 0 ? [current, ...more].join(', ') : current
  return (
    <select
      class={current && 'active'} aria-label={TITLES[filter]} value={shown}
      onChange={event => setParameter(filter, [event.currentTarget.value])}
    >
      <option value=''>{TITLES[filter]}: all</option>
      {more.length > 0 && <option value={shown}>{shown}</option>}
      {values.map(value => <option key={value} value={value}>{value}</option>)}
    </select>
  )
}

function clear () {
  for (const name of ['q', ...ALL_FILTERS]) setParameter(name, [])
}

/** Search and filters, all of them in the URL. */
export function Filters ({ filters = FILTERS }: { filters?: readonly Filter[] }) {
  const isActive = search.value !== '' || filters.some(filter => chosen(filter).length > 0)
  return (
    <div class='filters' role='search'>
      <input
        type='search' placeholder='Search name, image, host, project' aria-label='Search' value={search.value}
        onInput={event => setParameter('q', [event.currentTarget.value])}
      />
      {filters.map(filter => <Choice key={filter} filter={filter} />)}
      {filters.includes('project') && isNarrow.value && <SortChoice />}
      {filters.includes('project') && (
        <label class='box'>
          <input
            type='checkbox' checked={isGrouped.value}
            onChange={event => setParameter('group', [event.currentTarget.checked ? '' : 'none'])}
          />
          Group by project
        </label>
      )}
      {isActive && (
        <button type='button' class='quiet' onClick={clear}>Clear</button>
      )}
    </div>
  )
}
