import { codeOf, messageOf } from '../errors.ts'
import type { EngineInfo, EngineServer } from '../model/engine.ts'
import { own } from '../model/own.ts'
import type { HostSnapshot } from '../model/snapshot.ts'
import { monotonic, wallClock } from '../model/time.ts'

interface Poll {
  server: EngineServer
  info: EngineInfo
  durationMs: number
  /** The wait until the next poll, milliseconds. */
  intervalMs: number
  isStalled: boolean
}

/** What a successful poll changes in the snapshot of its host. */
export const succeeded = ({ server, info, durationMs, intervalMs, isStalled }: Poll): Partial<HostSnapshot> => ({
  up: true,
  error: null,
  lastSeen: wallClock(),
  lastSeenMonotonic: monotonic(),
  engine: Object.freeze({ ...server, ...info, osType: server.osType ?? info.osType }),
  poll: Object.freeze({ durationMs: Math.round(durationMs), intervalMs, isStalled })
})

/** What a failed poll changes in the snapshot of its host. */
export function failed (error: unknown, { pollErrors }: HostSnapshot): Partial<HostSnapshot> {
  const failure = Object.freeze({ code: codeOf(error), message: messageOf(error) })
  const count = (own(pollErrors, failure.code) ?? 0) + 1
  return { up: false, error: failure, pollErrors: Object.freeze({ ...pollErrors, [failure.code]: count }) }
}
