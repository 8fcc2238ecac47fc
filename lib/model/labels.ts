import { own } from './own.ts'

/** Container labels by name. Images can use any name, so read them with `own`. */
export type Labels = Readonly<Record<string, string>>

/** Tools use different names for the same label; the first one that is set wins. */
const COMPOSE_PROJECT = ['com.docker.compose.project', 'io.podman.compose.project']
const COMPOSE_SERVICE = ['com.docker.compose.service', 'io.podman.compose.service']
const SWARM_STACK = ['com.docker.stack.namespace']
const SWARM_SERVICE = ['com.docker.swarm.service.name']
const SWARM_TASK = ['com.docker.swarm.task.name']

/** Labels that we read whatever the configuration says. */
const KNOWN = new Set([
  ...COMPOSE_PROJECT, ...COMPOSE_SERVICE, ...SWARM_STACK, ...SWARM_SERVICE, ...SWARM_TASK,
  'dockstat.link', 'dockstat.icon', 'dockstat.tags', 'dockstat.ignore',
  'homepage.href', 'homepage.icon'
])

/** Keeps the labels that we read or that the configuration allows; the others can be many and long. */
export const keptLabels = (labels: Labels, allowed: ReadonlySet<string>): Labels =>
  Object.fromEntries(Object.entries(labels).filter(([name]) => KNOWN.has(name) || allowed.has(name)))

const first = (labels: Labels, names: readonly string[]): string | null =>
  names.map(name => own(labels, name)).find(label => label !== undefined) ?? null

/** Project and service of Docker Compose or Podman Compose; null if the container belongs to neither. */
export function composeOf (labels: Labels): { project: string, service: string | null } | null {
  const project = first(labels, COMPOSE_PROJECT)
  return project === null ? null : { project, service: first(labels, COMPOSE_SERVICE) }
}

/** Stack, service and task of Docker Swarm; null if the container belongs to neither a stack nor a service. */
export function swarmOf (labels: Labels): { stack: string | null, service: string | null, task: string | null } | null {
  const stack = first(labels, SWARM_STACK)
  const service = first(labels, SWARM_SERVICE)
  return stack === null && service === null ? null : { stack, service, task: first(labels, SWARM_TASK) }
}
