import { candidates } from './names.ts'

/** Network mode prefix of a container that joined the network of another container. */
export const JOINED = 'container:'

/** Whose network a container uses; null while unknown. */
export type NetworkScope = 'own' | 'container' | 'host' | 'none' | null

/** Prefers the networks that a container is connected to now, because its network mode dates from its creation. */
export function networkScope (
  { networkMode, networks }: { networkMode: string | null, networks: readonly string[] | null }
): NetworkScope {
  if (networkMode?.startsWith(JOINED)) return 'container'
  if (!networks || networks.length === 0) {
    return networkMode === 'host' || networkMode === 'none' || networkMode === null ? networkMode : 'own'
  }
  if (networks.includes('host')) return 'host'
  return networks.every(name => name === 'none') ? 'none' : 'own'
}

/** The container whose network a container has joined; null if there is none or it is not visible. */
export function networkOwner<T extends { id: string, name: string }> (
  { networkMode }: { networkMode: string | null }, containers: readonly T[]
): T | null {
  if (!networkMode?.startsWith(JOINED)) return null
  const [owner, ...others] = candidates(containers, networkMode.slice(JOINED.length))
  return owner && others.length === 0 ? owner : null
}

interface Networked {
  id: string
  name: string
  networkMode: string | null
  networks: readonly string[] | null
  sample: { rxBytesPerSecond: number | null } | null
}

/** One container for each network, which reports rates if any of those that share it does. */
export function onePerNetwork<T extends Networked> (containers: readonly T[]): Iterable<T> {
  const networks = new Map<string, T>()
  for (const container of containers) {
    const isJoined = networkScope(container) === 'container'
    const network = isJoined ? networkOwner(container, containers)?.id ?? String(container.networkMode) : container.id
    if (networks.get(network)?.sample?.rxBytesPerSecond == null) networks.set(network, container)
  }
  return networks.values()
}
