import { setMaxListeners } from 'node:events'

/**
 * Runs something with a signal that fires after `milliseconds` (a `TimeoutError`) or with `outer`, and leaves no timer
 * behind. Any number of calls may listen to the signal.
 */
export async function withDeadline<T> (
  milliseconds: number, outer: AbortSignal | undefined, run: (signal: AbortSignal) => Promise<T>
): Promise<T> {
  const controller = new AbortController()
  setMaxListeners(0, controller.signal)
  const abort = () => controller.abort(outer?.reason)
  const timer = setTimeout(() => {
    controller.abort(new DOMException(`nothing within ${milliseconds} ms`, 'TimeoutError'))
  }, milliseconds)
  if (outer?.aborted) abort()
  outer?.addEventListener('abort', abort, { once: true })
  try {
    return await run(controller.signal)
  } finally {
    clearTimeout(timer)
    outer?.removeEventListener('abort', abort)
  }
}
