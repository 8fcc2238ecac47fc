import { signal } from '@preact/signals'

/** Milliseconds since the epoch, for ages; once a second is enough. */
export const now = signal(Date.now())

setInterval(() => { now.value = Date.now() }, 1000)
