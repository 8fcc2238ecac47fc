import type { ContainerDetails, ContainerSummary, EngineEvent } from '../engine/wire.ts'
import { nameOf } from '../model/names.ts'

/** Everything we know about a container except its stats: from lists and events, then from its inspection. */
export type ContainerRecord = Omit<ContainerSummary, 'uptime'> &
  Partial<Omit<ContainerDetails, keyof ContainerSummary>> & {
    oomEvents?: number
    /** What it was called until a list or an inspection showed another name. */
    formerName?: string
    /** Time of the last inspection, on the monotonic clock. */
    inspectedAt?: number
    /** Time of the last event that changed it, on the monotonic clock. */
    toldAt?: number
    /** Bounds of its start time according to the list, on the monotonic clock; null while unknown. */
    started: { from: number, to: number } | null
  }

/** A list, and when it was requested and received, on the monotonic clock. */
export interface Listing {
  summaries: readonly ContainerSummary[]
  askedAt: number
  at: number
}

/** The state from events that arrived while a response was pending: the response may be older. */
function changedSince (known: ContainerRecord | undefined, askedAt: number): Partial<ContainerRecord> {
  if (known?.toldAt === undefined || known.toldAt < askedAt) return {}
  const { state, names, health, started } = known
  return { state, names, health, started }
}

/** Milliseconds of clock drift between two lists. */
const DRIFT = 2000

/** Engines list this instead of a reference when the tag has moved to another image. */
const IMAGE_ID = /^(?:sha256:)?[0-9a-f]{12,64}$/

/** Whether we know the image reference that a container was created from. */
export const isResolved = ({ image, inspectedAt }: Pick<ContainerRecord, 'image' | 'inspectedAt'>): boolean =>
  !IMAGE_ID.test(image) || inspectedAt !== undefined

/** Prefers a known reference over an ID, because the reference that a container was created from never changes. */
const imageOf = (known: string | undefined, listed: string): string =>
  known && (listed === '' || IMAGE_ID.test(listed)) ? known : listed

const withFormerName = (known: ContainerRecord | undefined, next: ContainerRecord): ContainerRecord =>
  known && nameOf(known) !== nameOf(next) ? { ...next, formerName: nameOf(known) } : next

/** The record after a list: the same object if nothing has changed. */
export function afterList (
  known: ContainerRecord | undefined, listed: ContainerSummary, { askedAt, at }: Omit<Listing, 'summaries'>
): ContainerRecord {
  const { uptime, ...summary } = listed
  const next = withFormerName(known, {
    ...known,
    ...summary,
    id: known?.id ?? summary.id, // shares one string among everything that holds the ID
    names: known && summary.names.length === 0 ? known.names : summary.names, // dead containers may list none
    image: imageOf(known?.image, summary.image),
    health: summary.health ?? known?.health ?? null,
    networkMode: summary.networkMode ?? known?.networkMode ?? null, // not in Podman's list
    networks: summary.networks ?? known?.networks ?? null,
    started: uptime && { from: askedAt - DRIFT - uptime.below * 1000, to: at - uptime.least * 1000 },
    ...changedSince(known, askedAt)
  })
  return known && isSame(known, next) ? narrowed(known, next) : next
}

/** The labels of a container never change, but more of them may be kept than before. */
const labelCount = ({ labels }: ContainerRecord) => Object.keys(labels).length

const isSame = (known: ContainerRecord, next: ContainerRecord) =>
  known.image === next.image && known.networkMode === next.networkMode && known.health === next.health &&
  known.networks?.join() === next.networks?.join() && labelCount(known) === labelCount(next) && !differs(known, next)

/** Keeps the narrower bounds of the start time if two lists agree. */
function narrowed (known: ContainerRecord, { started }: ContainerRecord): ContainerRecord {
  if (!started || (known.started && known.started.to - known.started.from <= started.to - started.from)) return known
  return { ...known, started }
}

/** Whether two lists cannot describe the same run of a container. */
const isOtherRun = ({ started: a }: ContainerRecord, { started: b }: ContainerRecord) =>
  a !== null && b !== null && (b.from > a.to || a.from > b.to)

/** Whether a list shows a change that requires an inspection. */
export const differs = (known: ContainerRecord, listed: ContainerRecord): boolean =>
  known.state !== listed.state || nameOf(known) !== nameOf(listed) || isOtherRun(known, listed) ||
  (known.health !== null && known.health !== listed.health)

interface Change {
  record: ContainerRecord
  isDue: boolean
}

type Update = Partial<ContainerRecord> & { isDue?: boolean }

/** The change that each action causes. Without `isDue`, the event says everything and no inspection is needed. */
const REFRESH_ACTIONS = new Map<string, (known: ContainerRecord, event: EngineEvent) => Update>([
  ['create', () => ({ state: 'created', isDue: true })],
  ['start', () => ({ state: 'running', health: null, started: null, isDue: true })],
  ['unpause', () => ({ state: 'running' })],
  ['pause', () => ({ state: 'paused' })],
  ['die', ({ exitCode }, event) =>
    ({ state: 'exited', started: null, isDue: true, exitCode: event.exitCode ?? exitCode ?? null })],
  ['rename', (_known, { name }) => name === null ? { isDue: true } : { names: [`/${name}`] }],
  ['update', () => ({ isDue: true })],
  ['connect', () => ({ isDue: true })],
  ['disconnect', () => ({ isDue: true })],
  ['oom', ({ oomEvents = 0 }) => ({ oomEvents: oomEvents + 1, oomKilled: true })],
  ['health_status', (_known, { health }) => health === null ? { isDue: true } : { health }]
])

/** The record of a container that is only known from an event. */
const unlisted = ({ id, name, image, labels, time }: EngineEvent): ContainerRecord => ({
  id,
  names: name === null ? [] : [`/${name}`],
  image: image ?? '',
  state: 'unknown',
  health: null,
  networkMode: null,
  networks: null,
  labels,
  created: time,
  started: null
})

/** Returns null if the event neither changes the record nor requires an inspection. */
export function afterEvent (known: ContainerRecord | undefined, event: EngineEvent, at: number): Change | null {
  const before = known ?? unlisted(event)
  const update = REFRESH_ACTIONS.get(event.action)?.(before, event)
  if (!update || (!known && (event.action === 'connect' || event.action === 'disconnect'))) return null
  const { isDue = false, ...changes } = update
  const isNews = isDue || !known || Object.entries(changes).some(([field, value]) =>
    String(Reflect.get(known, field)) !== String(value))
  return isNews ? { record: { ...before, ...changes, toldAt: at }, isDue } : null
}

/** @param askedAt when the inspection was requested, on the monotonic clock */
export function afterInspection (
  known: ContainerRecord, details: ContainerDetails, askedAt: number
): ContainerRecord {
  const { id, health } = known
  return withFormerName(known, {
    ...known,
    ...details,
    id,
    names: details.names.length > 0 ? details.names : known.names,
    image: known.image === '' || IMAGE_ID.test(known.image) ? details.image || known.image : known.image,
    networks: details.networks ?? known.networks,
    // Engines report paused containers as unhealthy.
    health: details.state === 'running' ? details.health : health,
    ...changedSince(known, askedAt),
    inspectedAt: askedAt
  })
}
