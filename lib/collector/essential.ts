/**
 * Ends the process if a loop that should never fail does: without it, the service would go on reporting what was true
 * when the loop ended. Throws outside of the promise, because rejections that nobody handles are only logged.
 */
export async function essential (loop: Promise<void>): Promise<void> {
  try {
    await loop
  } catch (error) {
    queueMicrotask(() => { throw error })
  }
}
