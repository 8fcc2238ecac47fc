import type { LastKnown, Sample } from '../model/sample.ts'
import type { ContainerSnapshot, HostSnapshot } from '../model/snapshot.ts'
import type { Transition } from '../model/transition.ts'

/** Fields that differ: the index of the name and the value, by turns. */
type Fields = readonly unknown[]

/** A container that differs: its position, and the fields of its sample, null without one and 0 if it is the same. */
type Change = readonly [position: number, fields: Fields, sample: Fields | null | 0]

/** What to change in a snapshot to get the next one. */
export interface HostPatch {
  host: string
  /** Of the lease of the sender. */
  fence: number
  /** Version of the snapshot to change; null if the patch contains everything. */
  base: string | null
  fields: Fields
  /** Where each container was in the base, -1 for a new one; null if all are where they were. */
  order: readonly number[] | null
  changes: readonly Change[]
  transitions: readonly Transition[]
}

/** The fields that the patch has a place of its own for. */
const APART = new Set(['containers', 'transitions', 'sample'])

/** On the clock of the sender. Always sent, so that the receiver converts them all in the same way. */
const CLOCKS = new Set(['atMonotonic', 'lastSeenMonotonic'])

export const versionOf = ({ epoch, version }: Pick<HostSnapshot, 'epoch' | 'version'>): string => `${epoch} ${version}`

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null

/** Whether two values of plain data are equal. */
function isSame (a: unknown, b: unknown): boolean {
  if (a === b) return true
  if (!isObject(a) || !isObject(b)) return false
  const keys = Object.keys(a)
  return keys.length === Object.keys(b).length &&
    keys.every(key => Object.hasOwn(b, key) && isSame(Reflect.get(a, key), Reflect.get(b, key)))
}

/** Numbers the names of fields, so that a message contains each only once. */
export class Names {
  readonly list: string[] = []
  readonly #numbers = new Map<string, number>()

  numberOf (name: string): number {
    const known = this.#numbers.get(name)
    if (known !== undefined) return known
    this.#numbers.set(name, this.list.length)
    return this.list.push(name) - 1
  }
}

function fieldsOf<T extends object> (next: T, before: T | null, names: Names): unknown[] {
  const fields: unknown[] = []
  for (const name in next) {
    if (APART.has(name) || (before && !CLOCKS.has(name) && isSame(next[name], before[name]))) continue
    fields.push(names.numberOf(name), next[name])
  }
  return fields
}

function changeOf (
  next: ContainerSnapshot, before: ContainerSnapshot | null, { names, position }: { names: Names, position: number }
): Change {
  const sample = next.sample && fieldsOf(next.sample, before?.sample ?? null, names)
  return [position, fieldsOf(next, before, names), next.sample === before?.sample ? 0 : sample]
}

/** @param before null to get everything */
export function patchOf (
  next: HostSnapshot, before: HostSnapshot | null, { fence, names }: { fence: number, names: Names }
): HostPatch {
  const known = before?.containers ?? []
  const isOrdered = known.length === next.containers.length &&
    known.every(({ id }, at) => id === next.containers[at]?.id)
  const positions = isOrdered ? null : new Map(known.map(({ id }, position) => [id, position]))
  const changes: Change[] = []
  const order = next.containers.map((container, position) => {
    const from = positions ? positions.get(container.id) ?? -1 : position
    const change = changeOf(container, known[from] ?? null, { names, position })
    if (change[1].length > 0 || change[2] !== 0) changes.push(change)
    return from
  })
  return {
    host: next.host,
    fence,
    base: before && versionOf(before),
    fields: fieldsOf(next, before, names),
    order: isOrdered ? null : order,
    changes,
    transitions: next.transitions
  }
}

export interface Applying {
  names: readonly string[]
  /** What to add to monotonic times of the sender to get ours. */
  offset: number
}

const shifted = (lastKnown: LastKnown, offset: number): LastKnown => Object.fromEntries(
  Object.entries(lastKnown).map(([name, { value, at }]) => [name, { value, at: at + offset }]))

/** The value of a field, with times on our monotonic clock. */
function received (name: string, value: unknown, offset: number): unknown {
  if (CLOCKS.has(name)) return value === null ? null : Number(value) + offset
  return name === 'lastKnown' && isObject(value) ? shifted(value as LastKnown, offset) : value
}

function assign<T extends object> (target: T, fields: Fields, { names, offset }: Applying): T {
  for (let at = 0; at < fields.length; at += 2) {
    const name = String(names[Number(fields[at])])
    if (name !== '__proto__') Reflect.set(target, name, received(name, fields[at + 1], offset))
  }
  return target
}

function containerAfter (
  before: ContainerSnapshot | null, [, fields, sample]: Change, applying: Applying
): ContainerSnapshot {
  const known = before?.sample ?? null
  const container = assign({ ...before, sample: known } as ContainerSnapshot, fields, applying)
  if (sample !== 0) container.sample = sample && Object.freeze(assign({ ...known } as Sample, sample, applying))
  return Object.freeze(container)
}

/** The snapshot after a patch; `before` has the version that the patch is based on, null if it contains everything. */
export function apply (before: HostSnapshot | null, patch: HostPatch, applying: Applying): HostSnapshot {
  const { fields, order, changes, transitions } = patch
  const known = before?.containers ?? []
  const containers: (ContainerSnapshot | null)[] = order ? order.map(from => known[from] ?? null) : [...known]
  for (const change of changes) containers[change[0]] = containerAfter(containers[change[0]] ?? null, change, applying)
  const next = assign({ ...before } as HostSnapshot, fields, applying)
  next.containers = Object.freeze(containers as ContainerSnapshot[])
  next.transitions = Object.freeze(transitions)
  return Object.freeze(next)
}
