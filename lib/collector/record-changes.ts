import { nameOf } from '../model/names.ts'
import type { ContainerAction } from '../model/transition.ts'
import type { ContainerRecord } from './container-record.ts'

/** What happened to a container, as far as its records tell; they do not tell how often its health changed. */
export interface Change {
  action: ContainerAction
  /** Of `start`, RFC 3339, by the Engine's clock. */
  startedAt?: string
  exitCode?: number | null
  health?: string
  detail?: string | null
}

const isUp = ({ state }: ContainerRecord) => state === 'running' || state === 'paused' || state === 'restarting'

const startedAtOf = ({ startedAt }: ContainerRecord) => startedAt ?? null

const dieOf = ({ exitCode = null }: ContainerRecord): Change => ({ action: 'die', exitCode })

/** What a run that was not seen to begin has been through. */
function runOf (after: ContainerRecord): Change[] {
  const { startedAt } = after
  if (startedAt == null) return []
  const end = isUp(after) ? [] : [dieOf(after)]
  return [{ action: 'start', startedAt }, ...end]
}

/** What happened during the same run. */
function within (before: ContainerRecord, after: ContainerRecord): Change[] {
  const isOom = after.oomKilled === true && before.oomKilled === false
  const hasPaused = isUp(after) && (before.state === 'paused') !== (after.state === 'paused')
  return [
    ...isOom ? [{ action: 'oom' } as const] : [],
    ...hasPaused ? [{ action: after.state === 'paused' ? 'pause' : 'unpause' } as const] : [],
    ...isUp(before) && !isUp(after) ? [dieOf(after)] : []
  ]
}

/**
 * Compares two complete records of a container, in the order in which things must have happened. How a run ended that
 * was followed by another is unknown.
 * @param before undefined if the container is new
 */
export function changesBetween (before: ContainerRecord | undefined, after: ContainerRecord): Change[] {
  if (before === undefined) return [{ action: 'create' }, ...runOf(after)]
  const renamed: Change[] = nameOf(before) === nameOf(after) ? [] : [{ action: 'rename', detail: nameOf(before) }]
  if (startedAtOf(before) === startedAtOf(after)) {
    return [...renamed, ...within(before, after)]
  }
  const end: Change[] = isUp(before) ? [{ action: 'die', exitCode: null }] : []
  return [...renamed, ...end, ...runOf(after)]
}

/** What must have happened to a container that no longer exists. */
export const changesOfRemoved = (before: ContainerRecord): Change[] =>
  [...isUp(before) ? [{ action: 'die', exitCode: null } as const] : [], { action: 'destroy' }]
