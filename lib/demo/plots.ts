/** What happens in a cycle, and what the container is like afterwards. */
export interface Scene {
  /** Seconds since the cycle began. */
  at: number
  state: 'running' | 'restarting' | 'exited' | 'removed'
  health?: 'starting' | 'healthy' | 'unhealthy'
  exitCode?: number
  /** Docker's names of the events. */
  events: readonly string[]
}

/** What happens to a container again and again. */
export interface Plot {
  /** Seconds from the start of the demo to the first cycle. */
  first: number
  /** Seconds of a cycle. */
  every: number
  /** Seconds from the beginning of a cycle to a start of the container; null if it keeps running. */
  start: number | null
  by: 'policy' | 'deployment' | 'hand'
  scenes: readonly [Scene, ...Scene[]]
}

export type PlotName = 'steady' | 'crashes' | 'leaks' | 'sick' | 'deployments' | 'job'

const UNHEALTHY = 'health_status: unhealthy'
const HEALTHY = 'health_status: healthy'

export const plots: Readonly<Record<PlotName, Plot>> = {
  steady: {
    first: 0,
    every: 86_400,
    start: null,
    by: 'hand',
    scenes: [{ at: 0, state: 'running', events: [] }]
  },
  crashes: {
    first: 45,
    every: 240,
    start: 6,
    by: 'policy',
    scenes: [
      { at: 0, state: 'restarting', exitCode: 1, events: ['die'] },
      { at: 6, state: 'running', events: ['start'] }
    ]
  },
  /** Memory grows until the kernel ends it. */
  leaks: {
    first: 420,
    every: 1200,
    start: 4,
    by: 'policy',
    scenes: [
      { at: 0, state: 'restarting', exitCode: 137, events: ['oom', 'die'] },
      { at: 4, state: 'running', events: ['start'] }
    ]
  },
  sick: {
    first: 90,
    every: 600,
    start: null,
    by: 'hand',
    scenes: [
      { at: 0, state: 'running', health: 'unhealthy', events: [UNHEALTHY] },
      { at: 80, state: 'running', health: 'healthy', events: [HEALTHY] }
    ]
  },
  deployments: {
    first: 180,
    every: 900,
    start: 3,
    by: 'deployment',
    scenes: [
      { at: 0, state: 'removed', exitCode: 0, events: ['kill', 'die', 'destroy'] },
      { at: 3, state: 'running', health: 'starting', events: ['create', 'start'] },
      { at: 25, state: 'running', health: 'healthy', events: [HEALTHY] }
    ]
  },
  job: {
    first: 20,
    every: 1800,
    start: 0,
    by: 'hand',
    scenes: [
      { at: 0, state: 'running', events: ['start'] },
      { at: 260, state: 'exited', exitCode: 0, events: ['die'] }
    ]
  }
}
