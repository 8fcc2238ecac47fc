import { performance } from 'node:perf_hooks'

/** Milliseconds on a clock that nobody can set, of this process alone: for every duration, deadline and age. */
export const monotonic = (): number => performance.now()

/** Milliseconds since the epoch by the system clock, which may jump: only for what people and other systems read. */
export const wallClock = (): number => Date.now()
