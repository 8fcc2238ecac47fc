import { setTimeout as sleep } from 'node:timers/promises'

/** Waits until `check` returns something truthy, and returns that. The test runner's timeout ends the wait. */
export async function until<T> (check: () => T | Promise<T>): Promise<NonNullable<T>> {
  for (;;) {
    const result = await check()
    if (result) return result
    await sleep(5)
  }
}
