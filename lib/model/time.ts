import { performance } from 'node:perf_hooks'

/** Milliseconds since this process started. This clock never jumps: use it for durations, deadlines and ages. */
export const monotonic = (): number => performance.now()

/** Milliseconds since the epoch. The system clock may jump: use it only for what people and other systems read. */
export const wallClock = (): number => Date.now()
