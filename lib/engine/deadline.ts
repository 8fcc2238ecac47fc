import { setMaxListeners } from 'node:events'

/**
 * Calls `end` after `milliseconds` with a `TimeoutError`, or when `outer` fires with its reason.
 * @returns a function that cancels the deadline
 */
export function setDeadline (
  milliseconds: number, outer: AbortSignal | undefined, end: (reason: Error) => void
): () => void {
  const abort = () => end(outer?.reason)
  const timer = setTimeout(() => end(new DOMException(`no response within ${milliseconds} ms`, 'TimeoutError')),
    milliseconds)
  if (outer?.aborted) abort()
  outer?.addEventListener('abort', abort)
  return () => {
    clearTimeout(timer)
    outer?.removeEventListener('abort', abort)
  }
}

/** Runs `run` with a signal that fires as in `setDeadline` and accepts any number of listeners. */
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

/** Resolves like `promise`, or with `otherwise` if that takes longer than `milliseconds`. */
export async function orAfter<T> (milliseconds: number, promise: Promise<T>, otherwise: T): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const timeout = new Promise<T>(resolve => { timer = setTimeout(resolve, milliseconds, otherwise) })
  try {
    return await Promise.race([promise, timeout])
  } finally {
    clearTimeout(timer)
  }
}
