import { signal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import { ask } from '../state/api.ts'

/** Addresses of the pictures that were fetched, by icon; null while one is being fetched or if there is none. */
const pictures = signal<ReadonlyMap<string, string | null>>(new Map())

/** Fetches a picture, because an image element cannot send the token. */
async function load (icon: string) {
  if (pictures.value.has(icon)) return
  const put = (address: string | null) => { pictures.value = new Map(pictures.value).set(icon, address) }
  put(null)
  try {
    put(URL.createObjectURL(await (await ask(`icons/${encodeURIComponent(icon)}`)).blob()))
  } catch {} // the initials stay
}

const initials = (name: string) => name.replace(/[^\p{L}\p{N}]+/gu, ' ').trim().split(' ')
  .map(word => word.charAt(0)).slice(0, 2).join('').toUpperCase() || '?'

/** The icon of a container, or its initials. */
export function Icon ({ icon, name }: { icon: string, name: string }) {
  useEffect(() => { if (icon !== '') load(icon) }, [icon])
  const address = pictures.value.get(icon)
  return (
    <span class='icon' aria-hidden='true'>
      {address
        ? <span class={icon.startsWith('SI:') ? 'mask' : 'own'} style={{ '--icon': `url("${address}")` }} />
        : initials(name)}
    </span>
  )
}
