import { ContainerSet } from '../../lib/collector/container-set.ts'
import type { ContainerDetails, ContainerSummary, EngineEvent } from '../../lib/engine/wire.ts'
import { monotonic } from '../../lib/model/time.ts'

/** One entry of a list. */
export const summary = (id: string, given: Partial<ContainerSummary> = {}): ContainerSummary =>
  ({
    id,
    names: [`/${id}`],
    image: 'img',
    state: 'running',
    health: null,
    uptime: null,
    networkMode: 'bridge',
    networks: null,
    labels: {},
    created: 1,
    ...given
  })

/** An event of a container. */
export const event = (action: string, id: string, given: Partial<EngineEvent> = {}): EngineEvent =>
  ({
    id,
    action,
    health: null,
    exitCode: null,
    name: null,
    formerName: null,
    image: null,
    labels: {},
    time: 2,
    key: '',
    ...given
  })

/** An inspection. */
export const details = (id: string, given: Partial<ContainerDetails> = {}): ContainerDetails => ({
  ...summary(id),
  health: null,
  exitCode: 0,
  oomKilled: false,
  startedAt: null,
  restartCount: 0,
  limits: { cpus: null, memoryBytes: null, pids: null },
  ...given
})

/** Replaces the set by a list that arrives `later` milliseconds from now. */
export function list (set: ContainerSet, summaries: ContainerSummary[], later = 0): boolean {
  const at = monotonic() + later
  return set.replace({ summaries, askedAt: at, at })
}

/** Takes the containers that are due for inspection. */
export function takeDue (set: ContainerSet): string[] {
  const ids = set.due()
  for (const id of ids) set.take(id)
  return ids
}

/** A set whose containers are listed and inspected. */
export function listed (...summaries: ContainerSummary[]): ContainerSet {
  const set = new ContainerSet()
  list(set, summaries)
  for (const id of takeDue(set)) set.fill(details(id), monotonic())
  return set
}
