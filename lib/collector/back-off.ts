/**
 * Milliseconds to wait after `failures` consecutive failures. Doubles from `first` to `most`. Jitter takes off up to a
 * quarter, but never goes below `first`, so that hosts do not retry in step.
 */
export function backOff (failures: number, first: number, most: number): number {
  const delay = Math.min(most, first * 2 ** (failures - 1))
  return Math.max(first, delay * (1 - Math.random() / 4))
}
