import { signal } from '@preact/signals'

const narrow = matchMedia('(max-width: 820px)')

/** Whether containers are shown as cards, because the window is too narrow for rows. */
export const isNarrow = signal(narrow.matches)

narrow.addEventListener('change', ({ matches }) => { isNarrow.value = matches })
