import { setMaxListeners } from 'node:events'

/**
 * Ends something after `milliseconds` (with a `TimeoutError`) or when `outer` fires (with its reason).
 * @returns what takes that back, and leaves no timer behind
 */
export function setDeadline (
  milliseconds: number, outer: AbortSignal | undefined, end: (reason: Error) => void
): () => void {
  const abort = () => end(outer?.reason)
  const timer = setTimeout(() => end(new DOMException(`nothing within ${milliseconds} ms`, 'TimeoutError')),
    milliseconds)
  if (outer?.aborted) abort()
  outer?.addEventListener('abort', abort)
  return () => {
    clearTimeout(timer)
    outer?.removeEventListener('abort', abort)
  }
}

/**
 * Runs something with a signal that fires after `milliseconds` (a `TimeoutError`) or with `outer`, and leaves no timer
 * behind. Any number of calls may listen to the signal.
 */
export async function withDeadline<T> (
  milliseconds: number, outer: AbortSignal | undefined, run: (signal: AbortSignal) => Promise<T>
): Promise<T> {
  const controller = new AbortController()
  setMaxListeners(0, controller.signal)
  const release = setDeadline(milliseconds, outer, reason => controller.abort(reason))
  try {
    return await run(controller.signal)
  } finally {
    release()
  }
}

/** What a promise gives, or `otherwise` where that takes longer than so many milliseconds. */
export async function orAfter<T> (milliseconds: number, promise: Promise<T>, otherwise: T): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const timeout = new Promise<T>(resolve => { timer = setTimeout(resolve, milliseconds, otherwise) })
  try {
    return await Promise.race([promise, timeout])
  } finally {
    clearTimeout(timer)
  }
}
