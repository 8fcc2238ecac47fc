import { setImmediate } from 'node:timers/promises'
import { monotonic } from './model/time.ts'

/** Milliseconds of work before yielding. */
const SLICE = 2

/** Like `map`, but yields to the event loop every 2 ms. */
export async function mapCooperatively<Item, Result> (
  items: readonly Item[],
  make: (item: Item) => Result | Promise<Result>
): Promise<Result[]> {
  const results: Result[] = []
  let end = monotonic() + SLICE
  for (const item of items) {
    const result = make(item)
    results.push(result instanceof Promise ? await result : result)
    if (monotonic() < end) continue
    await setImmediate()
    end = monotonic() + SLICE
  }
  return results
}

/** Splits a list into pieces of at most `length` items. */
export const piecesOf = <Item>(items: readonly Item[], length: number): Item[][] =>
  Array.from({ length: Math.ceil(items.length / length) }, (_, index) =>
    items.slice(index * length, (index + 1) * length))
