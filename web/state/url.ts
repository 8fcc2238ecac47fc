import { effect, signal } from '@preact/signals'

/** What the URL says after `#`: a path, and parameters, of which each can be given several times. */
export interface Place {
  path: string[]
  query: URLSearchParams
}

function parse (hash: string): Place {
  const [path = '', query = ''] = hash.replace(/^#\/?/, '').split('?')
  return { path: path.split('/').filter(Boolean).map(decodeURIComponent), query: new URLSearchParams(query) }
}

const parsed = (): Place => {
  try {
    return parse(location.hash)
  } catch { // a broken escape
    return parse('')
  }
}

export const place = signal(parsed())

addEventListener('hashchange', () => { place.value = parsed() })

/** Parameters of the list that was shown last, to which the links above a container lead back. */
export const listQuery = signal(new URLSearchParams())

effect(() => { if (place.value.path[0] !== 'container') listQuery.value = place.value.query })

/** The link to a place. */
export function linkTo (path: readonly string[], query = new URLSearchParams()): string {
  const text = query.toString()
  return `#/${path.map(encodeURIComponent).join('/')}${text && `?${text}`}`
}

/** Changes one parameter of the place, without adding to the history of the browser. */
export function setParameter (name: string, values: readonly string[]): void {
  const { path, query } = place.value
  const next = new URLSearchParams(query)
  next.delete(name)
  for (const value of values) if (value !== '') next.append(name, value)
  try {
    history.replaceState(null, '', linkTo(path, next))
  } catch {} // Safari allows 100 per 30 seconds
  place.value = { path, query: next }
}
