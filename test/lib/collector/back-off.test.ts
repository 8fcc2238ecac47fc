import t from 'tap'
import { backOff } from '../../../lib/collector/back-off.ts'

t.test('doubles up to the maximum, with jitter, but never goes below the first delay', async t => {
  const cases = [[1, 5000, 5000], [2, 7500, 10_000], [3, 15_000, 20_000], [9, 45_000, 60_000]] as const
  for (const [failures, least, most] of cases) {
    for (let times = 0; times < 50; times++) {
      const delay = backOff(failures, 5000, 60_000)
      t.ok(delay >= least && delay <= most, `${failures} failures: ${delay}`)
    }
  }
  t.equal(backOff(1, 300_000, 60_000), 300_000, 'keeps a first delay above the maximum')
})
