import { signal } from '@preact/signals'

/** Milliseconds by which clocks may differ before it counts; the service tells its time in whole seconds. */
const TOLERANCE = 2000

/** How far the clock of the reader is behind that of the service, milliseconds. */
let behind = 0

/** The time of the service, milliseconds since the epoch. */
export const serviceTime = (): number => Date.now() + behind

/** The same for ages; once a second is enough. */
export const now = signal(serviceTime())

const tick = () => { now.value = serviceTime() }

setInterval(tick, 1000)

/** Takes the time from the headers of a response that no cache has answered. */
export function setClock ({ headers }: Response): void {
  const difference = Date.parse(headers.get('date') ?? '') - Date.now()
  if (Number.isNaN(difference)) return
  behind = Math.abs(difference) > TOLERANCE ? difference : 0
  tick()
}
