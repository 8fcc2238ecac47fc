/** Prefix of the network mode of a container that has joined the network of another one. */
export const JOINED = 'container:'

/** Where a container's network traffic happens; null while that is not known. */
export type NetworkScope = 'own' | 'container' | 'host' | 'none' | null

/**
 * Where a container's network traffic happens: by the networks it is connected to now where they are known, because the
 * network mode is only what it was created with.
 * @param networks names of the networks it is connected to, null while that is not known
 */
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
