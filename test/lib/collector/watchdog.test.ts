import { setTimeout as sleep } from 'node:timers/promises'
import t from 'tap'
import { Watchdog } from '../../../lib/collector/watchdog.ts'
import { monotonic } from '../../../lib/model/time.ts'

const WITHIN = 100

/** @param progress when the loop makes progress after its last round, milliseconds */
function watch (progress: number) {
  const begun = monotonic()
  const stalls: number[] = []
  const watchdog = new Watchdog(() => begun + progress, silentFor => stalls.push(silentFor))
  watchdog.cameRound(WITHIN)
  return { begun, stalls, watchdog }
}

t.test('reports once for how long a loop has been stalled', async t => {
  const { stalls } = watch(0)
  while (stalls.length === 0) await sleep(5)
  await sleep(2 * WITHIN)
  t.equal(stalls.length, 1)
  t.ok(Number(stalls[0]) >= WITHIN)
})

t.test('progress within the round delays the report', async t => {
  const { begun, stalls } = watch(60)
  while (stalls.length === 0) await sleep(5)
  t.ok(monotonic() - begun >= 60 + WITHIN)
  t.ok(Number(stalls[0]) >= WITHIN)
})

t.test('does not report a loop that completes rounds or has stopped', async t => {
  const { stalls, watchdog } = watch(0)
  watchdog.cameRound(10 * WITHIN)
  await sleep(2 * WITHIN)
  watchdog.stop()
  t.strictSame(stalls, [])
})
