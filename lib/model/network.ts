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
