/**
 * What an Engine really sends, read field by field: one parse function per endpoint. Everything may be missing, null or
 * of another type; what is not what it should be is null here.
 */

import type { Labels } from '../model/labels.ts'
import type { ResourceLimits } from '../model/snapshot.ts'
import { count, fields, isFields, text, type Fields } from './fields.ts'
import type { Identity } from './negotiate.ts'
import { parseUptime, type Uptime } from './uptime.ts'
import type { EngineInfo } from '../model/engine.ts'

/** One entry of `GET /containers/json`. */
export interface ContainerSummary {
  id: string
  names: readonly string[]
  image: string
  state: string
  /** Health as the list shows it; null where it shows none: paused containers, Podman. */
  health: string | null
  /** For how long it has been up by the Engine's words; null unless it runs. */
  uptime: Uptime | null
  /** What it was created with. */
  networkMode: string | null
  /** Names of the networks that it is connected to now; null where the Engine does not say. */
  networks: readonly string[] | null
  labels: Labels
  /** When it was created, seconds since the epoch. */
  created: number
}

/** The part of `GET /containers/{id}/json` that is used. */
export interface ContainerDetails extends Omit<ContainerSummary, 'uptime' | 'created'> {
  /** `starting`, `healthy` or `unhealthy`; null without a health check. */
  health: string | null
  exitCode: number | null
  oomKilled: boolean
  /** RFC 3339; null before the first start. */
  startedAt: string | null
  restartCount: number | null
  /** What was set when it was created; null where nothing was. */
  limits: ResourceLimits
}

/** One message of `GET /events` that concerns a container. */
export interface EngineEvent {
  /** Of the container. */
  id: string
  /**
   * Such as `start`; Podman's own words are put into Docker's, and what follows a colon is cut. `connect` and
   * `disconnect` are those of networks.
   */
  action: string
  /** What `health_status` says. */
  health: string | null
  /** What `die` says. */
  exitCode: number | null
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

/** Podman's words for states that Docker calls otherwise. */
const DOCKER_STATE = new Map([
  ['configured', 'created'], ['initialized', 'created'], ['stopping', 'running'], ['stopped', 'exited']
])

function stateIn (value: unknown): string {
  const state = text(value) ?? 'unknown'
  return DOCKER_STATE.get(state) ?? state
}

/** The names of `NetworkSettings.Networks`: all networks that a container is connected to now. */
function networksIn (settings: unknown): string[] | null {
  const { Networks } = fields(settings)
  return isFields(Networks) ? Object.keys(Networks) : null
}

/** Docker 29 lists the health by itself (API 1.52), earlier ones in words: `Up 2 minutes (health: starting)`. */
function listedHealth ({ Health, Status }: Fields): string | null {
  const health = text(fields(Health).Status) ||
    /\((?:health: )?(healthy|unhealthy|starting)\)/.exec(text(Status) ?? '')?.[1]
  return health && health !== 'none' ? health : null
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
          health: listedHealth(entry),
          uptime: parseUptime(text(entry.Status) ?? ''),
          networkMode: text(fields(entry.HostConfig).NetworkMode),
          networks: networksIn(entry.NetworkSettings),
          labels: labelsIn(entry.Labels),
          created: count(entry.Created) ?? 0
        }]
      : []
  })
  return containers.sort((a, b) => b.created - a.created) // Podman's order is random, Docker's stays
}

/** A number that is only said where it is above 0. */
const set = (value: unknown): number | null => count(value) || null

/**
 * @param body of `GET /info`
 * @returns null when it says nothing of what is asked for
 */
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

/**
 * @param body of `GET /version`
 * @returns null when it is not that of an Engine
 */
export function parseVersion (body: unknown): Identity | null {
  const { Components, Version, ApiVersion, Os } = fields(body)
  const version = text(Version) || null
  const offered = text(ApiVersion) || null
  if (version === null && offered === null) return null
  const names = Array.isArray(Components) ? Components.map(component => text(fields(component).Name)) : []
  const isDocker = names.length === 0 || names.includes('Engine')
  const kind = names.includes('Podman Engine') ? 'podman' : isDocker ? 'docker' : 'unknown'
  return { kind, version, offered, osType: text(Os) || null }
}

/** `--cpus` is NanoCpus; `--cpu-quota` is microseconds of each period, which is 100 ms where none is set. */
function limitsIn ({ NanoCpus, CpuQuota, CpuPeriod, Memory, PidsLimit }: Fields): ResourceLimits {
  const nano = set(NanoCpus)
  const quota = set(CpuQuota)
  const ofQuota = quota && quota / (set(CpuPeriod) ?? 100_000)
  return { cpus: nano ? nano / 1e9 : ofQuota, memoryBytes: set(Memory), pids: set(PidsLimit) }
}

/** Podman has an empty text, Docker 29 `none`, where there is no health check. */
function healthIn ({ Health }: Fields): string | null {
  const health = text(fields(Health).Status)
  return health && health !== 'none' ? health : null
}

/**
 * @param body of `GET /containers/{id}/json`
 * @returns null when the answer is no container
 */
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

/** Podman's words for what Docker says otherwise. */
const DOCKER_ACTION = new Map([['died', 'die'], ['remove', 'destroy']])

/** The container that an event concerns: of networks, the one that joined or left, which is the ID with Podman. */
function subjectOf (type: unknown, action: string, { ID, Attributes }: Fields): string | null {
  const isOfConnection = type === 'network' && (action === 'connect' || action === 'disconnect')
  if (isOfConnection) return text(fields(Attributes).container) ?? text(ID)
  return type === 'container' ? text(ID) : null
}

/**
 * @param body one line of `GET /events`
 * @returns null when it does not concern a container
 */
export function parseEvent (body: unknown): EngineEvent | null {
  const { Type, Action, Actor, HealthStatus, time, timeNano } = fields(body)
  if (typeof Action !== 'string') return null
  const id = subjectOf(Type, Action, fields(Actor))
  if (!id) return null
  const { name, image, exitCode, ...labels } = fields(fields(Actor).Attributes)
  const action = Action.replace(/:.*/s, '')
  const detail = Action.slice(action.length).replace(/^: */, '')
  const isOfContainer = Type === 'container'
  return {
    id,
    action: DOCKER_ACTION.get(action) ?? action,
    health: action === 'health_status' ? detail || text(HealthStatus) || null : null,
    exitCode: /^\d+$/.test(text(exitCode) ?? '') ? Number(exitCode) : null,
    name: isOfContainer ? text(name) : null,
    image: isOfContainer ? text(image) : null,
    labels: isOfContainer ? labelsIn(labels) : {},
    time: (count(timeNano) ?? (count(time) ?? 0) * 1e9) / 1e9,
    key: `${timeNano} ${id} ${Action}`
  }
}
