/** Milliseconds for which a hidden tab stays connected. Browsers allow only six connections to a site over HTTP/1.1. */
const STAYS = 60_000

/** Resolves once the tab is visible. */
export const untilVisible = () => new Promise<void>(resolve => {
  if (!document.hidden) return resolve()
  document.addEventListener('visibilitychange', () => resolve(), { once: true })
})

/** Calls back when the tab has been hidden for a while. Returns a function that ends this. */
export function whenHidden (callback: () => void): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined
  const watch = () => {
    clearTimeout(timer)
    if (document.hidden) timer = setTimeout(callback, STAYS)
  }
  document.addEventListener('visibilitychange', watch)
  watch()
  return () => {
    clearTimeout(timer)
    document.removeEventListener('visibilitychange', watch)
  }
}
