/**
 * What an Engine really sends, read field by field: one parse function per endpoint. Everything may be missing, null or
 * of another type; what is not what it should be is null here.
 */

import { count, fields, isFields, text, type Fields } from './fields.ts'

export type Labels = Readonly<Record<string, string>>

/** One entry of `GET /containers/json`. */
export interface ContainerSummary {
  id: string
  names: readonly string[]
  image: string
  state: string
  /** The state in words, with the health, such as `Up 2 minutes (healthy)`. */
  status: string
  networkMode: string | null
  labels: Labels
  /** When it was created, seconds since the epoch. */
  created: number
}

/** The part of `GET /containers/{id}/json` that is used. */
export interface ContainerDetails extends Omit<ContainerSummary, 'status' | 'created'> {
  /** `starting`, `healthy` or `unhealthy`; null without a health check. */
  health: string | null
  exitCode: number | null
  oomKilled: boolean
  /** RFC 3339; null before the first start. */
  startedAt: string | null
  restartCount: number | null
  /** What was set when it was created; null where nothing was. */
  limits: {
    /** CPUs' worth of time. */
    cpus: number | null
    /** Bytes. */
    memoryBytes: number | null
    pids: number | null
  }
}

/** One message of `GET /events`, of a container. */
export interface EngineEvent {
  id: string
  /** Such as `start`; Podman's own words are put into Docker's, and what follows a colon is cut. */
  action: string
  /** Name and image of the container, where the event says them. */
  name: string | null
  image: string | null
  /** What else the event says of it, its labels among that. */
  labels: Labels
  /** When it happened by the Engine's clock, seconds since the epoch. */
  time: number
  /** The same event that is sent twice has the same key. */
  key: string
}

/** The part of `GET /info` that is used. */
export interface EngineInfo {
  /** Identity of the Engine; cloned machines share it. */
  id: string | null
  /** Name of the machine. */
  name: string | null
  /** Number of CPUs. */
  cpus: number | null
  /** Memory of the host in bytes. */
  memoryBytes: number | null
}

/** Podman's words for states that Docker calls otherwise. */
const DOCKER_STATE = new Map([
  ['configured', 'created'], ['initialized', 'created'], ['stopping', 'running'], ['stopped', 'exited']
])

function stateIn (value: unknown): string {
  const state = text(value) ?? 'unknown'
  return DOCKER_STATE.get(state) ?? state
}

/** Copied, because what filters leaves room for 16 more in each of many lists. */
const textsIn = (value: unknown): string[] =>
  Array.isArray(value) ? [...value.filter(entry => typeof entry === 'string')] : []

const labelsIn = (value: unknown): Labels =>
  Object.fromEntries(Object.entries(fields(value)).flatMap(([name, label]) => {
    const known = text(label)
    return known === null ? [] : [[name, known]]
  }))

/**
 * @param body of `GET /containers/json`
 * @returns the containers, newest first; null when the answer is no list; entries without an id are left out
 */
export function parseContainers (body: unknown): ContainerSummary[] | null {
  if (!Array.isArray(body)) return null
  const containers = body.map(fields).flatMap(entry => {
    const id = text(entry.Id)
    return id
      ? [{
          id,
          names: textsIn(entry.Names),
          image: text(entry.Image) ?? '',
          state: stateIn(entry.State),
          status: text(entry.Status) ?? '',
          networkMode: text(fields(entry.HostConfig).NetworkMode),
          labels: labelsIn(entry.Labels),
          created: count(entry.Created) ?? 0
        }]
      : []
  })
  return containers.sort((a, b) => b.created - a.created) // Podman's order is random, Docker's stays
}

/**
 * @param body of `GET /info`
 * @returns null when the answer is no object
 */
export function parseInfo (body: unknown): EngineInfo | null {
  if (!isFields(body)) return null
  return { id: text(body.ID), name: text(body.Name), cpus: count(body.NCPU), memoryBytes: count(body.MemTotal) }
}

const set = (value: unknown): number | null => count(value) || null

/** `--cpus` is NanoCpus; `--cpu-quota` is microseconds of each period, which is 100 ms where none is set. */
function limitsIn ({ NanoCpus, CpuQuota, CpuPeriod, Memory, PidsLimit }: Fields): ContainerDetails['limits'] {
  const nano = set(NanoCpus)
  const quota = set(CpuQuota)
  const ofQuota = quota && quota / (set(CpuPeriod) ?? 100_000)
  return { cpus: nano ? nano / 1e9 : ofQuota, memoryBytes: set(Memory), pids: set(PidsLimit) }
}

/**
 * @param body of `GET /containers/{id}/json`
 * @returns null when the answer is no container
 */
export function parseDetails (body: unknown): ContainerDetails | null {
  const { Id, Name, RestartCount, State, Config, HostConfig } = fields(body)
  if (typeof Id !== 'string' || !isFields(State)) return null
  const startedAt = text(State.StartedAt)
  return {
    id: Id,
    names: typeof Name === 'string' ? [Name] : [],
    image: text(fields(Config).Image) ?? '',
    state: stateIn(State.Status),
    networkMode: text(fields(HostConfig).NetworkMode),
    health: text(fields(State.Health).Status) || null,
    exitCode: count(State.ExitCode),
    oomKilled: State.OOMKilled === true,
    startedAt: startedAt === null || startedAt.startsWith('0001-') ? null : startedAt,
    restartCount: count(RestartCount),
    labels: labelsIn(fields(Config).Labels),
    limits: limitsIn(fields(HostConfig))
  }
}

/** Podman's words for what Docker says otherwise. */
const DOCKER_ACTION = new Map([['died', 'die'], ['remove', 'destroy']])

/**
 * @param body one line of `GET /events`
 * @returns null when it is not about a container
 */
export function parseEvent (body: unknown): EngineEvent | null {
  const { Type, Action, Actor, time, timeNano } = fields(body)
  const { ID: id, Attributes } = fields(Actor)
  const { name, image, ...labels } = fields(Attributes)
  if (Type !== 'container' || typeof Action !== 'string' || typeof id !== 'string') return null
  const action = Action.replace(/:.*/, '')
  return {
    id,
    action: DOCKER_ACTION.get(action) ?? action,
    name: text(name),
    image: text(image),
    labels: labelsIn(labels),
    time: (count(timeNano) ?? (count(time) ?? 0) * 1e9) / 1e9,
    key: `${timeNano} ${id} ${Action}`
  }
}
