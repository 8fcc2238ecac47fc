import { closest } from 'fastest-levenshtein'
import type { HostSnapshot } from '../collector/snapshot.ts'
import { HostNotFound } from '../errors.ts'

/**
 * The snapshots of some hosts, in the order that they have.
 * @param names of hosts; none means all
 * @throws HostNotFound for a name that no host has, with the nearest one
 */
export function selectHosts (snapshots: readonly HostSnapshot[], names: readonly string[]): readonly HostSnapshot[] {
  if (names.length === 0) return snapshots
  const known = snapshots.map(({ host }) => host)
  const unknown = names.find(name => !known.includes(name))
  if (unknown !== undefined) throw new HostNotFound(unknown, closest(unknown, known))
  return snapshots.filter(({ host }) => names.includes(host))
}
