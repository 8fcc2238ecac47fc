import type { ContainerDetails, ContainerSummary, EngineEvent } from '../engine/wire.ts'
import { nameOf } from '../model/names.ts'

/** What is known of one container besides its stats: what lists and events say, and once inspected the rest. */
export type ContainerRecord = Omit<ContainerSummary, 'uptime'> &
  Partial<Omit<ContainerDetails, keyof ContainerSummary>> & {
    oomEvents?: number
    /** When it was inspected last, by the monotonic clock. */
    inspectedAt?: number
    /** When an event last told of it, by the monotonic clock. */
    toldAt?: number
    /** Between which moments it was started by the list, by the monotonic clock; null where that is not known. */
    started: { from: number, to: number } | null
  }

/** What a list said, and when it was asked for and came, by the monotonic clock. */
export interface Listing {
  summaries: readonly ContainerSummary[]
  askedAt: number
  at: number
}

/** What events say: it stays where it was told while an answer was under way, which may be older. */
function toldSince (known: ContainerRecord | undefined, askedAt: number): Partial<ContainerRecord> {
  if (known?.toldAt === undefined || known.toldAt < askedAt) return {}
  const { state, names, health, started } = known
  return { state, names, health, started }
}

/** Milliseconds by which the clocks may drift apart between two lists. */
const DRIFT = 2000

/** What Engines show for an image whose tag has moved on. */
const IMAGE_ID = /^(?:sha256:)?[0-9a-f]{12,64}$/

/** Whether the reference is known that a container was created from. */
export const isResolved = ({ image, inspectedAt }: Pick<ContainerRecord, 'image' | 'inspectedAt'>): boolean =>
  !IMAGE_ID.test(image) || inspectedAt !== undefined

/** The reference that a container was created from never changes; an id only stands in for it. */
const imageOf = (known: string | undefined, told: string): string =>
  known && (told === '' || IMAGE_ID.test(told)) ? known : told

/** A record after a list: the same one where it says nothing else. */
export function afterList (
  known: ContainerRecord | undefined, listed: ContainerSummary, { askedAt, at }: Omit<Listing, 'summaries'>
): ContainerRecord {
  const { uptime, ...summary } = listed
  const next: ContainerRecord = {
    ...known,
    ...summary,
    id: known?.id ?? summary.id, // one text for all who keep the id
    names: known && summary.names.length === 0 ? known.names : summary.names, // dead containers may list none
    image: imageOf(known?.image, summary.image),
    health: summary.health ?? known?.health ?? null,
    networkMode: summary.networkMode ?? known?.networkMode ?? null, // Podman lists none
    networks: summary.networks ?? known?.networks ?? null,
    started: uptime && { from: askedAt - DRIFT - uptime.below * 1000, to: at - uptime.least * 1000 },
    ...toldSince(known, askedAt)
  }
  return known && isSame(known, next) ? narrowed(known, next) : next
}

const isSame = (known: ContainerRecord, next: ContainerRecord) =>
  known.image === next.image && known.networkMode === next.networkMode && known.health === next.health &&
  known.networks?.join() === next.networks?.join() && !differs(known, next)

/** Of two lists that agree, the one counts that says more precisely when the container started. */
function narrowed (known: ContainerRecord, { started }: ContainerRecord): ContainerRecord {
  if (!started || (known.started && known.started.to - known.started.from <= started.to - started.from)) return known
  return { ...known, started }
}

/** Whether two lists tell of different runs of a container. */
const isOtherRun = ({ started: a }: ContainerRecord, { started: b }: ContainerRecord) =>
  a !== null && b !== null && (b.from > a.to || a.from > b.to)

/** Whether a list shows something that only the Engine's own record explains. */
export const differs = (known: ContainerRecord, listed: ContainerRecord): boolean =>
  known.state !== listed.state || nameOf(known) !== nameOf(listed) || isOtherRun(known, listed) ||
  (known.health !== null && known.health !== listed.health)

/** A record after an event, and whether the Engine's own record has to be read to know the rest. */
interface Change {
  record: ContainerRecord
  isDue: boolean
}

type Told = Partial<ContainerRecord> & { isDue?: boolean }

/** What an event says by its action; where it says it all, nothing has to be read. */
const REFRESH_ACTIONS = new Map<string, (known: ContainerRecord, event: EngineEvent) => Told>([
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

/** What is known of a container that no list has shown. */
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

/**
 * @param at when the event came, by the monotonic clock
 * @returns null where the event changes nothing, and nothing has to be read again
 */
export function afterEvent (known: ContainerRecord | undefined, event: EngineEvent, at: number): Change | null {
  const before = known ?? unlisted(event)
  const told = REFRESH_ACTIONS.get(event.action)?.(before, event)
  if (!told || (!known && (event.action === 'connect' || event.action === 'disconnect'))) return null
  const { isDue = false, ...changes } = told
  const isNews = isDue || !known || Object.entries(changes).some(([field, value]) =>
    String(Reflect.get(known, field)) !== String(value))
  return isNews ? { record: { ...before, ...changes, toldAt: at }, isDue } : null
}

/**
 * A record after an inspection.
 * @param askedAt when it was asked for, by the monotonic clock
 */
export function afterInspection (
  known: ContainerRecord, details: ContainerDetails, askedAt: number
): ContainerRecord {
  const { id, health } = known
  return {
    ...known,
    ...details,
    id,
    names: details.names.length > 0 ? details.names : known.names,
    image: known.image === '' || IMAGE_ID.test(known.image) ? details.image || known.image : known.image,
    networks: details.networks ?? known.networks,
    // Paused containers are inspected as unhealthy: only a run tells its health.
    health: details.state === 'running' ? details.health : health,
    ...toldSince(known, askedAt),
    inspectedAt: askedAt
  }
}
