import { setTimeout as sleep } from 'node:timers/promises'

/** Waits until `check` gives something true, and gives that; the runner's own time limit ends it otherwise. */
export async function until<T> (check: () => T | Promise<T>): Promise<NonNullable<T>> {
  for (;;) {
    const result = await check()
    if (result) return result
    await sleep(5)
  }
}
