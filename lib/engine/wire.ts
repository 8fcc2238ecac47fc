/**
 * Parses the responses of an Engine, with one function per endpoint. Any field may be missing, null or of another type;
 * unexpected values become null.
 */

import type { Labels } from '../model/labels.ts'
import type { ResourceLimits } from '../model/snapshot.ts'
import { apiVersion, containerId, count, fields, isFields, text, word, type Fields } from './fields.ts'
import type { Identity } from './negotiate.ts'
import { parseUptime, type Uptime } from './uptime.ts'
import type { EngineInfo } from '../model/engine.ts'

/** One entry of `GET /containers/json`. */
export interface ContainerSummary {
  id: string
  names: readonly string[]
  image: string
  state: string
  /** Health in the list; null if it has none, as for paused containers and on Podman. */
  health: string | null
  uptime: Uptime | null
  networkMode: string | null
  networks: readonly string[] | null
  labels: Labels
  /** Seconds since the epoch. */
  created: number
}

export interface ContainerDetails extends Omit<ContainerSummary, 'uptime' | 'created'> {
  /** `starting`, `healthy` or `unhealthy`; null without a health check. */
  health: string | null
  exitCode: number | null
  oomKilled: boolean
  /** RFC 3339; null before the first start. */
  startedAt: string | null
  restartCount: number | null
  /** As configured; null where no limit is set. */
  limits: ResourceLimits
}

/** An event from `GET /events` that concerns a container. */
export interface EngineEvent {
  id: string
  /** Docker's name for it, such as `start`, without details after a colon; networks have `connect` and `disconnect`. */
  action: string
  health: string | null
  exitCode: number | null
  name: string | null
  /** What it was called before a `rename`; null on Podman, which does not say it. */
  formerName: string | null
  image: string | null
  /** All other attributes of the event, which include the labels. */
  labels: Labels
  /** Seconds since the epoch, by the Engine's clock. */
  time: number
  /** Identifies an event that is received twice. */
  key: string
}

const DOCKER_STATE = new Map([
  ['configured', 'created'], ['initialized', 'created'], ['stopping', 'running'], ['stopped', 'exited']
])

function stateIn (value: unknown): string {
  const state = word(value) ?? 'unknown'
  return DOCKER_STATE.get(state) ?? state
}

function networksIn (settings: unknown): string[] | null {
  const { Networks } = fields(settings)
  return isFields(Networks) ? Object.keys(Networks) : null
}

/** Docker 29 (API 1.52) has a health field; older ones only the status `Up 2 minutes (health: starting)`. */
function listedHealth ({ Health, Status }: Fields): string | null {
  const health = text(fields(Health).Status) ||
    /\((?:health: )?(healthy|unhealthy|starting)\)/.exec(text(Status) ?? '')?.[1]
  return health && health !== 'none' ? health : null
}

/** Copied, because arrays from `filter` reserve room for 16 more elements, and there are many lists. */
const textsIn = (value: unknown): string[] =>
  Array.isArray(value) ? [...value.filter(entry => typeof entry === 'string')] : []

const labelsIn = (value: unknown): Labels =>
  Object.fromEntries(Object.entries(fields(value)).flatMap(([name, label]) => {
    const known = text(label)
    return known === null ? [] : [[name, known]]
  }))

/** Parses `GET /containers/json`, newest first, and skips entries without a valid ID; null if it is not a list. */
export function parseContainers (body: unknown): ContainerSummary[] | null {
  if (!Array.isArray(body)) return null
  const containers = body.map(fields).flatMap(entry => {
    const id = containerId(entry.Id)
    return id
      ? [{
          id,
          names: textsIn(entry.Names),
          image: text(entry.Image) ?? '',
          state: stateIn(entry.State),
          health: listedHealth(entry),
          uptime: parseUptime(text(entry.Status) ?? ''),
          networkMode: text(fields(entry.HostConfig).NetworkMode),
          networks: networksIn(entry.NetworkSettings),
          labels: labelsIn(entry.Labels),
          created: count(entry.Created) ?? 0
        }]
      : []
  })
  return containers.sort((a, b) => b.created - a.created) // Podman's order is random
}

/** A number for which 0 means that it is not set. */
const set = (value: unknown): number | null => count(value) || null

/** Parses `GET /info`; null if it has none of these fields. */
export function parseInfo (body: unknown): EngineInfo | null {
  const { ID, Name, OperatingSystem, OSType, NCPU, MemTotal } = fields(body)
  const info = {
    id: text(ID),
    name: text(Name),
    operatingSystem: text(OperatingSystem) || null,
    osType: text(OSType)?.toLowerCase() || null,
    cpus: set(NCPU),
    memoryBytes: set(MemTotal)
  }
  return Object.values(info).some(value => value !== null) ? info : null
}

/** Parses `GET /version`; null if it is not from an Engine. */
export function parseVersion (body: unknown): Identity | null {
  const { Components, Version, ApiVersion, Os } = fields(body)
  const version = text(Version) || null
  const offered = apiVersion(ApiVersion)
  if (version === null && offered === null) return null
  const names = Array.isArray(Components) ? Components.map(component => text(fields(component).Name)) : []
  const isDocker = names.length === 0 || names.includes('Engine')
  const kind = names.includes('Podman Engine') ? 'podman' : isDocker ? 'docker' : 'unknown'
  return { kind, version, offered, osType: text(Os) || null }
}

/** `--cpus` sets NanoCpus; `--cpu-quota` is in microseconds per period, which is 100 ms by default. */
function limitsIn ({ NanoCpus, CpuQuota, CpuPeriod, Memory, PidsLimit }: Fields): ResourceLimits {
  const nano = set(NanoCpus)
  const quota = set(CpuQuota)
  const ofQuota = quota && quota / (set(CpuPeriod) ?? 100_000)
  return { cpus: nano ? nano / 1e9 : ofQuota, memoryBytes: set(Memory), pids: set(PidsLimit) }
}

/** Without a health check, the status is empty on Podman and `none` on Docker 29. */
function healthIn ({ Health }: Fields): string | null {
  const health = text(fields(Health).Status)
  return health && health !== 'none' ? health : null
}

/** Parses `GET /containers/{id}/json`; null if it is not a container. */
export function parseDetails (body: unknown): ContainerDetails | null {
  const { Id, Name, RestartCount, State, Config, HostConfig, NetworkSettings } = fields(body)
  if (typeof Id !== 'string' || !isFields(State)) return null
  const startedAt = text(State.StartedAt)
  return {
    id: Id,
    names: typeof Name === 'string' ? [Name] : [],
    image: text(fields(Config).Image) ?? '',
    state: stateIn(State.Status),
    networkMode: text(fields(HostConfig).NetworkMode),
    networks: networksIn(NetworkSettings),
    health: healthIn(State),
    exitCode: count(State.ExitCode),
    oomKilled: State.OOMKilled === true,
    startedAt: startedAt === null || startedAt.startsWith('0001-') ? null : startedAt,
    restartCount: count(RestartCount),
    labels: labelsIn(fields(Config).Labels),
    limits: limitsIn(fields(HostConfig))
  }
}

const DOCKER_ACTION = new Map([['died', 'die'], ['remove', 'destroy']])

/** The ID of the container. In network events Docker has it as an attribute, Podman as the ID of the actor. */
function subjectOf (type: unknown, action: string, { ID, Attributes }: Fields): string | null {
  const isOfConnection = type === 'network' && (action === 'connect' || action === 'disconnect')
  if (isOfConnection) return text(fields(Attributes).container) ?? text(ID)
  return type === 'container' ? text(ID) : null
}

/** Parses one line of `GET /events`; null if it does not concern a container. */
export function parseEvent (body: unknown): EngineEvent | null {
  const { Type, Action, Actor, HealthStatus, time, timeNano } = fields(body)
  if (typeof Action !== 'string') return null
  const id = containerId(subjectOf(Type, Action, fields(Actor)))
  if (id === null) return null
  const { name, oldName, image, exitCode, ...labels } = fields(fields(Actor).Attributes)
  const action = Action.replace(/:.*/s, '')
  const detail = Action.slice(action.length).replace(/^: */, '')
  const isOfContainer = Type === 'container'
  return {
    id,
    action: DOCKER_ACTION.get(action) ?? action,
    health: action === 'health_status' ? detail || text(HealthStatus) || null : null,
    exitCode: /^\d+$/.test(text(exitCode) ?? '') ? Number(exitCode) : null,
    name: isOfContainer ? text(name) : null,
    formerName: text(oldName)?.replace(/^\//, '') ?? null,
    image: isOfContainer ? text(image) : null,
    labels: isOfContainer ? labelsIn(labels) : {},
    time: (count(timeNano) ?? (count(time) ?? 0) * 1e9) / 1e9,
    key: `${timeNano} ${id} ${Action}`
  }
}
