import { closest } from 'fastest-levenshtein'
import type { ContainerSnapshot, HostSnapshot } from '../model/snapshot.ts'
import { AmbiguousContainer, ContainerNotFound, HostNotFound } from '../errors.ts'
import { candidates } from '../model/names.ts'

/** @throws HostNotFound with the closest name */
export function selectHost (snapshots: readonly HostSnapshot[], name: string): HostSnapshot {
  const found = snapshots.find(({ host }) => host === name)
  if (found) return found
  const names = snapshots.map(({ host }) => host)
  throw new HostNotFound(name, names.length > 0 ? `Did you mean ${closest(name, names)}?` : 'There are none to show.')
}

/**
 * Selects hosts by name, in the order of the snapshots; no names means all hosts.
 * @throws HostNotFound with the closest name
 */
export function selectHosts (snapshots: readonly HostSnapshot[], names: readonly string[]): readonly HostSnapshot[] {
  if (names.length === 0) return snapshots
  const selected = new Set(names.map(name => selectHost(snapshots, name)))
  return snapshots.filter(snapshot => selected.has(snapshot))
}

/**
 * Selects a container by name, ID or ID prefix.
 * @throws ContainerNotFound with the closest name, or AmbiguousContainer with all matches
 */
export function selectContainer ({ host, containers }: HostSnapshot, given: string): ContainerSnapshot {
  const [found, ...others] = candidates(containers, given)
  if (!found) {
    const names = containers.map(({ name }) => name)
    const advice = names.length > 0 ? `Did you mean ${closest(given, names)}?` : 'The host has no visible containers.'
    throw new ContainerNotFound(given, host, advice)
  }
  if (others.length > 0) {
    const meant = [found, ...others].map(({ id, name }) => `${name} (${id})`).join(', ')
    throw new AmbiguousContainer(given, host, meant)
  }
  return found
}
