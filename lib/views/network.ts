import type { ContainerSnapshot, HostSnapshot } from '../model/snapshot.ts'
import { JOINED, networkScope } from '../model/network.ts'
import { candidates } from './select.ts'

type Containers = HostSnapshot['containers']

/** The container whose network a container has joined; null if there is none or it is not visible. */
export function networkOwner ({ networkMode }: ContainerSnapshot, containers: Containers): ContainerSnapshot | null {
  if (!networkMode?.startsWith(JOINED)) return null
  const [owner, ...others] = candidates(containers, networkMode.slice(JOINED.length))
  return owner && others.length === 0 ? owner : null
}

/** The sum of the known values; null if there are none. */
export function total (values: readonly (number | null | undefined)[]): number | null {
  const known = values.filter(value => value != null)
  return known.length === 0 ? null : known.reduce((sum, value) => sum + value, 0)
}

/** Bytes per second over all networks; a shared network counts once. Null if no container reports a rate. */
export function networkTotals (containers: Containers) {
  const networks = new Map<string, ContainerSnapshot[]>()
  for (const container of containers) {
    const isJoined = networkScope(container) === 'container'
    const network = isJoined ? networkOwner(container, containers)?.id ?? String(container.networkMode) : container.id
    networks.set(network, [...networks.get(network) ?? [], container])
  }
  const sum = (rate: 'rxBytesPerSecond' | 'txBytesPerSecond') => total([...networks.values()].map(members =>
    members.map(({ sample }) => sample?.[rate]).find(value => value != null)))
  return { rxBytesPerSecond: sum('rxBytesPerSecond'), txBytesPerSecond: sum('txBytesPerSecond') }
}
