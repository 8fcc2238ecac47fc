/** What became of the messages of a rule, since the start. */
export interface Counts {
  sent: number
  /** Given up after all attempts. */
  failed: number
  /** Held back; told only as part of another message. */
  throttled: number
  /** Too many waited for the target. */
  dropped: number
}

export const RESULTS = ['sent', 'failed', 'throttled', 'dropped'] as const satisfies (keyof Counts)[]

export const noCounts = (): Counts => ({ sent: 0, failed: 0, throttled: 0, dropped: 0 })
