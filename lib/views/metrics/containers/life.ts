import type { ContainerSnapshot } from '../../../model/snapshot.ts'
import type { Family } from '../family.ts'

/** In these states the current run has no exit code yet. */
const UNENDED = new Set(['running', 'paused', 'created'])

export const life: Family<ContainerSnapshot>[] = [
  {
    name: 'docker_container_restarts_total',
    type: 'counter',
    help: 'Restarts by the restart policy',
    read: ({ restartCount }) => restartCount
  },
  {
    name: 'docker_container_health',
    type: 'gauge',
    help: '1 for the current health; absent if there is no health check',
    labels: ['status'],
    read: ({ health }) => health === null ? null : [{ labels: { status: health }, value: 1 }]
  },
  {
    name: 'docker_container_state',
    type: 'gauge',
    help: '1 for the current state',
    labels: ['state'],
    read: ({ state }) => [{ labels: { state }, value: 1 }]
  },
  {
    name: 'docker_container_running',
    type: 'gauge',
    help: 'Whether the state is running',
    read: ({ state }) => state === 'running'
  },
  {
    name: 'docker_container_exit_code',
    type: 'gauge',
    help: 'Exit code of the last run; absent while it runs, is paused or has never run',
    read: ({ state, exitCode }) => UNENDED.has(state) ? null : exitCode
  },
  {
    name: 'docker_container_start_time_seconds',
    type: 'gauge',
    help: 'Start time of the last run, in seconds since the Unix epoch',
    cadvisor: 'container_start_time_seconds',
    read: ({ startedAt }) => startedAt === null ? null : Date.parse(startedAt) / 1000
  }
]
