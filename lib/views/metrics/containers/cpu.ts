import type { ContainerSnapshot } from '../../../model/snapshot.ts'
import type { Family } from '../family.ts'

const seconds = (nanoseconds: number | null | undefined) => nanoseconds == null ? null : nanoseconds / 1e9

export const cpu: Family<ContainerSnapshot>[] = [
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
    help: 'Periods in which the container was throttled by its CPU limit',
    read: ({ sample }) => sample?.cpuThrottledPeriods
  },
  {
    name: 'docker_container_cpu_cfs_throttled_seconds_total',
    type: 'counter',
    help: 'Time for which the CPU limit throttled the container',
    read: ({ sample }) => seconds(sample?.cpuThrottledNanoseconds)
  },
  {
    name: 'docker_container_cpu_limit_cores',
    type: 'gauge',
    help: 'CPU limit in cores; absent if none is set',
    read: ({ limits }) => limits?.cpus
  }
]
