import { closest } from 'fastest-levenshtein'
import type { ContainerSnapshot, HostSnapshot } from '../model/snapshot.ts'
import { AmbiguousContainer, ContainerNotFound, HostNotFound } from '../errors.ts'

/**
 * The snapshot of one host.
 * @throws HostNotFound for a name that no host has, with the nearest one
 */
export function selectHost (snapshots: readonly HostSnapshot[], name: string): HostSnapshot {
  const found = snapshots.find(({ host }) => host === name)
  if (!found) throw new HostNotFound(name, closest(name, snapshots.map(({ host }) => host)))
  return found
}

/**
 * The snapshots of some hosts, in the order that they have.
 * @param names of hosts; none means all
 * @throws HostNotFound for a name that no host has, with the nearest one
 */
export function selectHosts (snapshots: readonly HostSnapshot[], names: readonly string[]): readonly HostSnapshot[] {
  if (names.length === 0) return snapshots
  const selected = new Set(names.map(name => selectHost(snapshots, name)))
  return snapshots.filter(snapshot => selected.has(snapshot))
}

/** The containers that a name or the begin of an id can mean; an exact name means no other. */
export function candidates (containers: HostSnapshot['containers'], given: string): readonly ContainerSnapshot[] {
  const named = containers.filter(({ name }) => name === given)
  return named.length > 0 ? named : containers.filter(({ id }) => given !== '' && id.startsWith(given))
}

/**
 * One container of a host.
 * @param given its name, its id or the begin of that
 * @throws ContainerNotFound with the nearest name, AmbiguousContainer with those that it can mean
 */
export function selectContainer ({ host, containers }: HostSnapshot, given: string): ContainerSnapshot {
  const [found, ...others] = candidates(containers, given)
  if (!found) {
    const names = containers.map(({ name }) => name)
    const advice = names.length > 0 ? `did you mean ${closest(given, names)}?` : 'which shows none'
    throw new ContainerNotFound(given, host, advice)
  }
  if (others.length > 0) {
    const meant = [found, ...others].map(({ id, name }) => `${name} (${id})`).join(', ')
    throw new AmbiguousContainer(given, host, meant)
  }
  return found
}
