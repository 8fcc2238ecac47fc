import type { ContainerSnapshot } from '../../model/snapshot.ts'
import { composeOf, swarmOf } from '../../model/labels.ts'
import { own } from '../../model/own.ts'
import type { Family } from './family.ts'
import type { Sample } from '../../model/sample.ts'

type Interface = NonNullable<Sample['interfaces']>[string]

const seconds = (nanoseconds: number | null | undefined) => nanoseconds == null ? null : nanoseconds / 1e9

/** One series per interface. A container in the network of another one has none: they are counted there. */
const perInterface = (counter: keyof Interface) => ({ networkMode, sample }: ContainerSnapshot) =>
  networkMode?.startsWith('container:')
    ? null
    : Object.entries(sample?.interfaces ?? {}).map(([name, counters]) =>
      ({ labels: { interface: name }, value: counters[counter] }))

/** States without the exit code of a run that ended: of one under way, or of none yet. */
const UNENDED = new Set(['running', 'paused', 'created'])

/** Label names as Prometheus takes them. Of two names that become the same, the first one with a value counts. */
function shownLabels ({ labels }: ContainerSnapshot, shown: readonly string[]) {
  const named: Record<string, string | undefined> = {}
  for (const name of shown) named[`container_label_${name.replace(/[^a-zA-Z0-9_]/g, '_')}`] ??= own(labels, name)
  return named
}

const cpu: Family<ContainerSnapshot>[] = [
  {
    name: 'docker_container_cpu_usage_seconds_total',
    type: 'counter',
    help: 'CPU time used since the container started',
    cadvisor: 'container_cpu_usage_seconds_total',
    read: ({ sample }) => seconds(sample?.cpuNanoseconds)
  },
  {
    name: 'docker_container_cpu_user_seconds_total',
    type: 'counter',
    help: 'CPU time used in user mode',
    cadvisor: 'container_cpu_user_seconds_total',
    read: ({ sample }) => seconds(sample?.cpuUserNanoseconds)
  },
  {
    name: 'docker_container_cpu_system_seconds_total',
    type: 'counter',
    help: 'CPU time used in kernel mode',
    cadvisor: 'container_cpu_system_seconds_total',
    read: ({ sample }) => seconds(sample?.cpuSystemNanoseconds)
  },
  {
    name: 'docker_container_cpu_cfs_periods_total',
    type: 'counter',
    help: 'Periods in which the CPU limit was enforced',
    read: ({ sample }) => sample?.cpuPeriods
  },
  {
    name: 'docker_container_cpu_cfs_throttled_periods_total',
    type: 'counter',
    help: 'Periods in which the container met its CPU limit',
    read: ({ sample }) => sample?.cpuThrottledPeriods
  },
  {
    name: 'docker_container_cpu_cfs_throttled_seconds_total',
    type: 'counter',
    help: 'Time that the container was held up by its CPU limit',
    read: ({ sample }) => seconds(sample?.cpuThrottledNanoseconds)
  },
  {
    name: 'docker_container_cpu_limit_cores',
    type: 'gauge',
    help: 'CPUs\' worth of time that the container may use; absent without a limit',
    read: ({ limits }) => limits?.cpus
  }
]

const memory: Family<ContainerSnapshot>[] = [
  {
    name: 'docker_container_memory_working_set_bytes',
    type: 'gauge',
    help: 'Memory used without inactive file cache, as docker stats shows it',
    cadvisor: 'container_memory_working_set_bytes',
    read: ({ sample }) => sample?.memoryBytes
  },
  {
    name: 'docker_container_memory_usage_bytes',
    type: 'gauge',
    help: 'Memory used, page cache included',
    cadvisor: 'container_memory_usage_bytes',
    read: ({ sample }) => sample?.memoryUsageBytes
  },
  {
    name: 'docker_container_memory_cache_bytes',
    type: 'gauge',
    help: 'Page cache',
    cadvisor: 'container_memory_cache',
    read: ({ sample }) => sample?.memoryCacheBytes
  },
  {
    name: 'docker_container_memory_swap_bytes',
    type: 'gauge',
    help: 'Swap used; absent where the Engine does not say',
    cadvisor: 'container_memory_swap',
    read: ({ sample }) => sample?.memorySwapBytes
  },
  {
    name: 'docker_container_memory_limit_bytes',
    type: 'gauge',
    help: 'Memory that the container may use; absent without a limit',
    read: ({ limits, memoryLimitBytes }) => limits?.memoryBytes && memoryLimitBytes
  },
  {
    name: 'docker_container_oom_killed',
    type: 'gauge',
    help: 'Whether the kernel ended a process of the last run for lack of memory',
    read: ({ oomKilled }) => oomKilled
  },
  {
    name: 'docker_container_oom_events_total',
    type: 'counter',
    help: 'Times that the kernel ended a process for lack of memory, as events told since DockStatAPI started',
    read: ({ oomEvents }) => oomEvents
  }
]

const network: Family<ContainerSnapshot>[] = [
  {
    name: 'docker_container_network_receive_bytes_total',
    type: 'counter',
    help: 'Bytes received',
    labels: ['interface'],
    cadvisor: 'container_network_receive_bytes_total',
    read: perInterface('rxBytes')
  },
  {
    name: 'docker_container_network_transmit_bytes_total',
    type: 'counter',
    help: 'Bytes sent',
    labels: ['interface'],
    cadvisor: 'container_network_transmit_bytes_total',
    read: perInterface('txBytes')
  },
  {
    name: 'docker_container_network_receive_packets_total',
    type: 'counter',
    help: 'Packets received',
    labels: ['interface'],
    read: perInterface('rxPackets')
  },
  {
    name: 'docker_container_network_transmit_packets_total',
    type: 'counter',
    help: 'Packets sent',
    labels: ['interface'],
    read: perInterface('txPackets')
  },
  {
    name: 'docker_container_network_receive_packets_dropped_total',
    type: 'counter',
    help: 'Packets dropped while receiving',
    labels: ['interface'],
    read: perInterface('rxDropped')
  },
  {
    name: 'docker_container_network_transmit_packets_dropped_total',
    type: 'counter',
    help: 'Packets dropped while sending',
    labels: ['interface'],
    read: perInterface('txDropped')
  }
]

const io: Family<ContainerSnapshot>[] = [
  {
    name: 'docker_container_fs_reads_bytes_total',
    type: 'counter',
    help: 'Bytes read from block devices',
    cadvisor: 'container_fs_reads_bytes_total',
    read: ({ sample }) => sample?.blockReadBytes
  },
  {
    name: 'docker_container_fs_writes_bytes_total',
    type: 'counter',
    help: 'Bytes written to block devices',
    cadvisor: 'container_fs_writes_bytes_total',
    read: ({ sample }) => sample?.blockWriteBytes
  },
  {
    name: 'docker_container_pids',
    type: 'gauge',
    help: 'Processes and threads',
    read: ({ sample }) => sample?.pids
  },
  {
    name: 'docker_container_pids_limit',
    type: 'gauge',
    help: 'Processes and threads that the container may have; absent without a limit',
    read: ({ limits }) => limits?.pids
  }
]

const life: Family<ContainerSnapshot>[] = [
  {
    name: 'docker_container_restarts_total',
    type: 'counter',
    help: 'Restarts by the restart policy',
    read: ({ restartCount }) => restartCount
  },
  {
    name: 'docker_container_health',
    type: 'gauge',
    help: '1 for the current health; absent without a health check',
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
    help: 'Exit code of the last run; absent while the container runs, is paused or has not run',
    read: ({ state, exitCode }) => UNENDED.has(state) ? null : exitCode
  },
  {
    name: 'docker_container_start_time_seconds',
    type: 'gauge',
    help: 'When the last run started, since the epoch',
    cadvisor: 'container_start_time_seconds',
    read: ({ startedAt }) => startedAt === null ? null : Date.parse(startedAt) / 1000
  }
]

const about = (shown: readonly string[]): Family<ContainerSnapshot> => ({
  name: 'docker_container_info',
  type: 'info',
  help: 'What the container is, with the labels that the key labels of the configuration names',
  labels: [
    'id', 'image', 'compose_project', 'compose_service', 'swarm_stack', 'swarm_service', 'swarm_task',
    'container_label_<name>'
  ],
  read: container => [{
    labels: {
      id: container.id.slice(0, 12),
      image: container.image,
      compose_project: composeOf(container.labels)?.project,
      compose_service: composeOf(container.labels)?.service,
      swarm_stack: swarmOf(container.labels)?.stack,
      swarm_service: swarmOf(container.labels)?.service,
      swarm_task: swarmOf(container.labels)?.task,
      ...shownLabels(container, shown)
    },
    value: 1
  }]
})

/**
 * What is told of every container.
 * @param shown names of the container labels that are shown
 */
export const containerFamilies = (shown: readonly string[]): readonly Family<ContainerSnapshot>[] =>
  [...cpu, ...memory, ...network, ...io, ...life, about(shown)]
