/** The index of the first entry of an ascending list that is greater than a value. */
export function firstAbove (ends: Float64Array, value: number): number {
  let [low, high] = [0, ends.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if (Number(ends[middle]) > value) high = middle
    else low = middle + 1
  }
  return low
}
