import type { Test } from 'tap'
import { FakedClock, library } from '../../bench/faked-clock.ts'
import type { FakeEngine } from '../support/fake-engine.ts'
import { folder } from '../support/folder.ts'
import { start, type RunningService } from '../support/start.ts'
import { until } from '../support/until.ts'

/** Why no clock can be set here, false where one can. */
export const skip = library === undefined && 'libfaketime is not installed'
if (skip && process.env.REQUIRE_FAKETIME) throw new Error(`${skip}, and REQUIRE_FAKETIME is set`)

/** Where each step puts the clock, hours ahead: an hour and thirty days, back and forth. */
export const STEPS = [-1, 0, 1, 0, -30 * 24, 0, 30 * 24, 0]

/** Milliseconds between polls. */
export const INTERVAL = 200

/** Starts the service with a clock that can be set while it runs. */
export async function serve (t: Test, yaml: string) {
  const clock = new FakedClock(folder(t))
  const service = await start(t, { yaml: `mintimeout: ${INTERVAL}\n${yaml}`, env: { SECRET: 'secret', ...clock.env } })
  return { clock, service }
}

export async function ask (service: RunningService, path: string) {
  const response = await fetch(service.url + path, { headers: { authorization: 'secret' } })
  return { age: Number(response.headers.get('age')), body: await response.json() }
}

/** How often a container was polled so far. */
export const polls = ({ requests }: FakeEngine, id = 'aa') =>
  requests.filter(request => request.includes(`${id}/stats`)).length

/** Waits for so many more polls. */
export async function polled (fake: FakeEngine, times = 8): Promise<void> {
  const before = polls(fake)
  await until(() => polls(fake) >= before + times)
}
