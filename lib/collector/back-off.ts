/**
 * Milliseconds to wait after `failures` failures in a row: doubling from `first` to `most`, up to a quarter off at
 * random so that hosts do not come back in step, and never below `first`.
 */
export function backOff (failures: number, first: number, most: number): number {
  const delay = Math.min(most, first * 2 ** (failures - 1))
  return Math.max(first, delay * (1 - Math.random() / 4))
}
