import type { Test } from 'tap'
import { FakedClock, library } from '../../bench/faked-clock.ts'
import type { FakeEngine } from '../support/fake-engine.ts'
import { folder } from '../support/folder.ts'
import { start, type RunningService } from '../support/start.ts'
import { until } from '../support/until.ts'

/** Why the clock tests are skipped; false if they can run. */
export const skip = library === undefined && 'libfaketime is not installed'
if (skip && process.env.REQUIRE_FAKETIME) throw new Error(`${skip}, and REQUIRE_FAKETIME is set`)

/** Offset of the clock after each step, hours: one hour and 30 days, back and forth. */
export const STEPS = [-1, 0, 1, 0, -30 * 24, 0, 30 * 24, 0]

/** Milliseconds between polls. */
export const INTERVAL = 200

/** Starts the service with a clock that tests can set. */
export async function serve (t: Test, yaml: string) {
  const clock = new FakedClock(folder(t))
  const env = { SECRET: 'marked-secret', ...clock.env }
  const service = await start(t, { yaml: `mintimeout: ${INTERVAL}\n${yaml}`, env })
  return { clock, service }
}

export async function ask (service: RunningService, path: string) {
  const response = await fetch(service.url + path, { headers: { authorization: 'marked-secret' } })
  return { age: Number(response.headers.get('age')), body: await response.json() }
}

/** Counts the polls of a container so far. */
export const polls = ({ requests }: FakeEngine, id = 'aa') =>
  requests.filter(request => request.includes(`${id}/stats`)).length

/** Waits for more polls. */
export async function polled (fake: FakeEngine, times = 8): Promise<void> {
  const before = polls(fake)
  await until(() => polls(fake) >= before + times)
}
