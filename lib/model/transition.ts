/** What can happen to containers, by Docker's names for events, and to hosts. */
export const CONTAINER_ACTIONS = [
  'start', 'die', 'oom', 'health', 'restart', 'pause', 'unpause', 'rename', 'create', 'destroy'
] as const
export const HOST_ACTIONS = ['host-down', 'host-up'] as const
export const ACTIONS = [...CONTAINER_ACTIONS, ...HOST_ACTIONS] as const

export type ContainerAction = typeof CONTAINER_ACTIONS[number]
export type HostAction = typeof HOST_ACTIONS[number]
export type Action = typeof ACTIONS[number]

/** Something that happened to a container or a host. */
export interface Transition {
  /** Increases with each transition of this process, and from one process to the next while the clock runs forward. */
  id: number
  /** Milliseconds since the epoch; for containers by the Engine's clock. */
  at: number
  host: string
  /** Null if it happened to the host. */
  container: { id: string, name: string, image: string } | null
  action: Action
  /** Of `die`; null if unknown. */
  exitCode: number | null
  /** Of `health`: `healthy` or `unhealthy`. */
  health: string | null
  /** The former name (`rename`) or why the host is down (`host-down`). */
  detail: string | null
}

/** How often something happened to the containers with a name. */
export interface TransitionCount {
  name: string
  action: ContainerAction
  count: number
}
