import { effect, signal } from '@preact/signals'

/** Storage may be forbidden. */
function read (storage: () => Storage, key: string): string | null {
  try {
    return storage().getItem(key)
  } catch {
    return null
  }
}

function write (storage: () => Storage, key: string, value: string | null) {
  try {
    if (value === null) storage().removeItem(key)
    else storage().setItem(key, value)
  } catch {}
}

const TOKEN = 'dockstat-token'
const THEME = 'dockstat-theme'

const session = () => sessionStorage
const device = () => localStorage

/** The token; null if none was entered. */
export const token = signal<string | null>(read(session, TOKEN) ?? read(device, TOKEN))

/** @param isKept whether this device remembers the token, or only this tab */
export function keepToken (value: string, isKept: boolean): void {
  write(session, TOKEN, value)
  write(device, TOKEN, isKept ? value : null)
  token.value = value
}

/** Forgets a token that the service refused, unless another one was entered meanwhile, here or in another tab. */
export function forgetToken (refused: string | null): void {
  for (const storage of [session, device]) if (read(storage, TOKEN) === refused) write(storage, TOKEN, null)
  if (token.value === refused) token.value = null
}

export type Theme = 'system' | 'light' | 'dark'
const THEMES: readonly Theme[] = ['system', 'light', 'dark']

export const theme = signal<Theme>(THEMES.find(name => name === read(device, THEME)) ?? 'system')

export function nextTheme (): void {
  theme.value = THEMES[(THEMES.indexOf(theme.value) + 1) % THEMES.length] ?? 'system'
}

effect(() => {
  write(device, THEME, theme.value === 'system' ? null : theme.value)
  document.documentElement.dataset.theme = theme.value
})
