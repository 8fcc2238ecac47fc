import { performance } from 'node:perf_hooks'
import fc from 'fast-check'
import type { Test } from 'tap'

/**
 * How many cases of each mouth to generate, in how many minutes at most, and from which seed. The suite always uses the
 * same seed, so that a failure belongs to the change that it tests; `npm run fuzz` draws another each time.
 */
const { FUZZ_RUNS = '1000', FUZZ_SEED = '1', FUZZ_MINUTES = '4' } = process.env

/** Values to check between two looks at the clock and the number of cases. */
const ROUND = 5

/** Milliseconds after which a check counts as hanging. */
const HANGING = 60_000

/**
 * Checks generated values until there were enough cases.
 * @param check resolves with the number of cases in the value, and rejects if the service misbehaves
 */
export async function fuzz<T> (t: Test, values: fc.Arbitrary<T>, check: (value: T) => Promise<number>): Promise<void> {
  const end = performance.now() + Number(FUZZ_MINUTES) * 60_000
  let cases = 0
  t.setTimeout(Number(FUZZ_MINUTES) * 60_000 + 2 * HANGING)
  const property = fc.asyncProperty(values, async value => { cases += await check(value) })
  for (let seed = Number(FUZZ_SEED); cases < Number(FUZZ_RUNS) && performance.now() < end; seed++) {
    const options = { numRuns: ROUND, seed, timeout: HANGING, endOnFailure: true }
    const { failed, errorInstance } = await fc.check(property, options)
    if (failed) throw new Error(`failed with FUZZ_SEED=${seed}: ${errorInstance}`, { cause: errorInstance })
  }
  t.ok(cases > 0, `${cases} of ${FUZZ_RUNS} cases with FUZZ_SEED=${FUZZ_SEED}`)
}
