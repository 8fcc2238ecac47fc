import t from 'tap'
import { humanDuration } from '../../../lib/demo/answers.ts'
import { parseUptime } from '../../../lib/engine/uptime.ts'

t.test('durations are those of Docker, for as long as containers of the demo are old', async t => {
  const seconds = [0.5, 1, 1.9, 2, 59.9, 60, 119.9, 120, 3599, 3600, 5399, 5400, 86_400, 172_799, 172_800, 1_209_000,
    1_209_600, 2_419_200, 42 * 86_400]
  for (const age of seconds) {
    const { least, below } = parseUptime(`Up ${humanDuration(age)}`) ?? { least: NaN, below: NaN }
    t.ok(age >= least && age < below, `${age}: ${humanDuration(age)}`)
  }
  t.equal(humanDuration(90), 'About a minute')
  t.equal(humanDuration(3600), 'About an hour')
  t.equal(humanDuration(20 * 86_400), '2 weeks')
})
