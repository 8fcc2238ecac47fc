import { setImmediate } from 'node:timers/promises'
import { monotonic } from './model/time.ts'

/** Milliseconds of work after which others have their turn. */
const SLICE = 2

/** Goes through a list as `map` does, in slices of 2 ms between which others have their turn. */
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

/** A list in pieces of that length at most. */
export const piecesOf = <Item>(items: readonly Item[], length: number): Item[][] =>
  Array.from({ length: Math.ceil(items.length / length) }, (_, index) =>
    items.slice(index * length, (index + 1) * length))
