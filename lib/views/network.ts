import type { HostSnapshot } from '../model/snapshot.ts'
import { onePerNetwork } from '../model/network.ts'

/** The sum of the known values; null if there are none. */
export function total (values: readonly (number | null | undefined)[]): number | null {
  const known = values.filter(value => value != null)
  return known.length === 0 ? null : known.reduce((sum, value) => sum + value, 0)
}

/** Bytes per second over all networks; a shared network counts once. Null if no container reports a rate. */
export function networkTotals (containers: HostSnapshot['containers']) {
  const samples = [...onePerNetwork(containers)].map(({ sample }) => sample)
  return {
    rxBytesPerSecond: total(samples.map(sample => sample?.rxBytesPerSecond)),
    txBytesPerSecond: total(samples.map(sample => sample?.txBytesPerSecond))
  }
}
