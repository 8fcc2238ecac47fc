import { performance } from 'node:perf_hooks'
import fc from 'fast-check'
import type { Test } from 'tap'

/**
 * How many cases of each mouth to generate, in how many minutes at most, and from which seed. The suite always uses the
 * same seed, so that a failure belongs to the change that it tests; `npm run fuzz` draws another each time.
 */
const { FUZZ_RUNS = '1000', FUZZ_SEED = '1', FUZZ_MINUTES = '4' } = process.env

/** Runs of a property between two looks at the clock and the number of cases. */
const ROUND = 25

/** Milliseconds after which a single run counts as hanging. */
const HANGING = 60_000

/**
 * Checks generated values until there were enough cases.
 * @param check resolves with the number of cases in the value; rejects if the service misbehaves, naming the case
 */
export async function fuzz<T> (t: Test, values: fc.Arbitrary<T>, check: (value: T) => Promise<number>): Promise<void> {
  const end = performance.now() + Number(FUZZ_MINUTES) * 60_000
  let cases = 0
  t.setTimeout(Number(FUZZ_MINUTES) * 60_000 + 2 * HANGING)
  for (let seed = Number(FUZZ_SEED); cases < Number(FUZZ_RUNS) && performance.now() < end; seed++) {
    const property = fc.asyncProperty(values, async value => { cases += await check(value) })
    const interruptAfterTimeLimit = end - performance.now()
    await fc.assert(property, { numRuns: ROUND, seed, timeout: HANGING, interruptAfterTimeLimit, endOnFailure: true })
  }
  t.ok(cases > 0, `${cases} of ${FUZZ_RUNS} cases with FUZZ_SEED=${FUZZ_SEED}`)
}
